using System.Text;
using RemoteShell.Client;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Fleet;

/// <summary>The signed request of a run: one for all of its hosts.</summary>
public sealed class RunBroadcast
{
    private readonly BroadcastRequest _content;

    private RunBroadcast(SignedText request, BroadcastRequest content) => (Request, _content) = (request, content);

    /// <summary>The signed request, which is published once.</summary>
    public SignedText Request { get; }

    /// <summary>After this time no host starts the command, by its own clock.</summary>
    public DateTimeOffset NotAfter => DateTimeOffset.FromUnixTimeMilliseconds(_content.NotAfter);

    /// <summary>The run.</summary>
    public string Run => _content.Run;

    /// <summary>The fingerprint of the key that has signed it.</summary>
    public string Signer => PublicKey.TryParse(_content.Key, out PublicKey? key) ? key!.Fingerprint : "";

    /// <summary>The SHA-256 of the request, which each result repeats.</summary>
    public string Hash => Request.PayloadHash;

    /// <summary>Makes and signs a request.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="names">The names of its hosts at the broker.</param>
    /// <param name="command">The command. It has no terminal and no input.</param>
    /// <param name="connection">Whose key signs it, and the user of the hosts.</param>
    /// <param name="limits">Until when it is valid, and how much output comes with the result.</param>
    /// <exception cref="BroadcastException">The command is too long, or a value is out of its range.</exception>
    public static RunBroadcast Make(
        string run, IReadOnlyList<string> names, RemoteCommand command, ClientOptions connection, BroadcastLimits limits)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(limits);
        Identity identity = connection.Identity ?? throw new ArgumentException("the options have no identity", nameof(connection));
        ExecRequest exec = command.ToMessage(connection.User, withInput: false);
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var content = new BroadcastRequest
        {
            Run = run,
            Targets = NodeSet.Fold(names),
            Issued = now,
            NotAfter = now + (long)limits.Start.TotalMilliseconds,
            Key = identity.PublicKey.ToString(),
            Inline = limits.Inline,
            Keep = (long)limits.Keep.TotalMilliseconds,
            Command = exec.Command,
            Argv = exec.Argv,
            Builtin = exec.Builtin,
            Cwd = exec.Cwd,
            Env = exec.Env,
            Unset = exec.Unset,
            Encoding = exec.Encoding,
            Timeout = exec.Timeout,
            Digest = exec.Digest,
            OnFull = exec.OnFull,
            User = exec.User,
        };
        return new(content.Sign(identity), content);
    }

    /// <summary>Reads a request that an earlier client has made.</summary>
    /// <exception cref="BroadcastException">The bytes are not a signed request.</exception>
    public static RunBroadcast Read(ReadOnlySpan<byte> bytes)
    {
        var request = SignedText.Parse(bytes, SignedKind.Request);
        return new(request, BroadcastRequest.Decode(request.Payload.Span));
    }

    /// <summary>Whether one request can be for all hosts: the same command, for the same user, by the same key.</summary>
    public static bool FitsAll(IEnumerable<HostCommand> hosts)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        string? first = null;
        HostCommand? before = null;
        foreach (HostCommand host in hosts)
        {
            (ClientOptions connection, RemoteCommand command) = host;
            // Usually all hosts have the same objects, and nothing has to be written out.
            if (before is not null && ReferenceEquals(before.Command, command) && before.Connection.User == connection.User
                && ReferenceEquals(before.Connection.Identity, connection.Identity))
            {
                continue;
            }

            before = host;
            ExecRequest exec = command.WithJobId("").ToMessage(connection.User, withInput: false) with { ClientToken = null };
            string text = $"{connection.Identity?.PublicKey} {Encoding.UTF8.GetString(MessageCodec.Encode(exec))}";
            first ??= text;
            if (text != first)
                return false;
        }

        return first is not null;
    }

    /// <summary>The id of the job on a host.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="name">The host's name at the broker.</param>
    /// <param name="key">The key that signs the request.</param>
    public static string JobOn(string run, string name, PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new BroadcastRequest { Run = run, Targets = "", Key = key.ToString() }.JobOn(name);
    }
}
