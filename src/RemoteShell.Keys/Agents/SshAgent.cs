using System.Buffers.Binary;
using System.Net.Sockets;
using RemoteShell.Protocol.Keys;

namespace RemoteShell.Keys;

/// <summary>A running ssh-agent, which holds private keys and signs with them (draft-miller-ssh-agent).</summary>
/// <param name="path">Its socket, as in <c>SSH_AUTH_SOCK</c>.</param>
public class SshAgent(string path)
{
    private const byte Failure = 5, ListRequest = 11, ListAnswer = 12, SignRequest = 13, SignAnswer = 14;

    // Without a flag, an RSA key signs with SHA-1.
    private const uint RsaSha512 = 4;

    // An agent that does not ask its user takes milliseconds.
    private static readonly TimeSpan QuickSignature = TimeSpan.FromSeconds(1);

    // OpenSSH's own bound.
    private const int MaxMessage = 256 * 1024;
    private const int MaxKeys = 2048;

    private int _hasWaited;

    /// <summary>Called once when a signature takes longer than a second: the user may have to touch or confirm.</summary>
    /// <remarks>It must not block. Default: nothing.</remarks>
    public Action<string>? Waiting { get; init; }

    /// <summary>Its socket.</summary>
    public string Path => path;

    /// <summary>The agent's keys, in its order. Keys of types that are not supported are among them.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="KeySignerException">It cannot be reached, or answers nonsense.</exception>
    public virtual async Task<IReadOnlyList<AgentKey>> ListAsync(CancellationToken cancellationToken)
    {
        byte[] answer = await AskAsync([ListRequest], ListAnswer, "list its keys", cancellationToken).ConfigureAwait(false);
        try
        {
            return ReadKeys(answer);
        }
        catch (FormatException e)
        {
            throw Nonsense(e);
        }
    }

    /// <summary>Lets the agent sign a message. It may ask its user, for a touch or a confirmation.</summary>
    /// <param name="key">One of its keys.</param>
    /// <param name="message">The message.</param>
    /// <param name="purpose">The namespace of the signature.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="KeySignerException">It cannot be reached, refuses, or answers nonsense.</exception>
    public async Task<SshSignature> SignAsync(
        AgentKey key, ReadOnlyMemory<byte> message, string purpose, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] request = new SshWriter()
            .Byte(SignRequest)
            .Bytes(key.Blob.Span)
            .Bytes(SshSignature.SignedData(message.Span, purpose))
            .UInt32(TypeOf(key).StartsWith(KeyType.Rsa, StringComparison.Ordinal) ? RsaSha512 : 0)
            .ToArray();
        Task<byte[]> signing = AskAsync(request, SignAnswer, "sign", cancellationToken);
        if (Waiting is not null)
            await SayAsync(signing, key).ConfigureAwait(false);
        byte[] answer = await signing.ConfigureAwait(false);
        try
        {
            var reader = new SshReader(answer);
            ReadOnlySpan<byte> signature = reader.ReadBytes();
            reader.RequireEnd();
            return SshSignature.Make(key.Blob.Span, purpose, signature);
        }
        catch (FormatException e)
        {
            throw Nonsense(e);
        }
    }

    private async Task SayAsync(Task signing, AgentKey key)
    {
        await signing.WaitAsync(QuickSignature, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!signing.IsCompleted && Interlocked.Exchange(ref _hasWaited, 1) == 0)
            Waiting!($"waiting for the agent at {path} to sign with {key.Comment}");
    }

    private static string TypeOf(AgentKey key)
    {
        try
        {
            return new SshReader(key.Blob.Span).ReadText();
        }
        catch (FormatException)
        {
            return "";
        }
    }

    private static List<AgentKey> ReadKeys(byte[] answer)
    {
        var reader = new SshReader(answer);
        uint count = reader.ReadUInt32();
        if (count > MaxKeys)
            throw new FormatException($"it has {count} keys");
        List<AgentKey> keys = [];
        for (uint i = 0; i < count; i++)
            keys.Add(new(reader.ReadBytes().ToArray(), reader.ReadText()));
        reader.RequireEnd();
        return keys;
    }

    // The answer without its type.
    private async Task<byte[]> AskAsync(byte[] request, byte expected, string what, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(new SshWriter().Bytes(request).ToArray(), cancellationToken).ConfigureAwait(false);
            var head = new byte[4];
            await stream.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (length is 0 or > MaxMessage)
                throw Nonsense(null);
            var answer = new byte[length];
            await stream.ReadExactlyAsync(answer, cancellationToken).ConfigureAwait(false);
            if (answer[0] == Failure)
                throw new KeySignerException($"the ssh-agent refuses to {what}");
            return answer[0] == expected ? answer[1..] : throw Nonsense(null);
        }
        catch (Exception e) when (e is SocketException or IOException or ArgumentException)
        {
            throw new KeySignerException($"the ssh-agent at {path} cannot be reached: {e.Message}", e);
        }
    }

    private static KeySignerException Nonsense(Exception? cause) => new("the ssh-agent answers nonsense", cause);
}
