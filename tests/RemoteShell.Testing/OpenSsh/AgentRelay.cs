using System.Buffers.Binary;
using System.Net.Sockets;

namespace RemoteShell.Testing;

/// <summary>Stands before an ssh-agent: counts what it is asked for, and holds questions back.</summary>
public sealed class AgentRelay : IAsyncDisposable
{
    private const byte ListRequest = 11, SignRequest = 13;

    private readonly Socket _listening = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _over = new();
    private readonly string _agent;
    private readonly Task _accepting;
    private int _lists;
    private int _signatures;
    private int _waiting;
    private int _most;

    /// <param name="folder">Where its socket is.</param>
    /// <param name="agent">The socket of the agent.</param>
    public AgentRelay(TemporaryFolder folder, string agent)
    {
        (_agent, Socket) = (agent, folder[$"relay-{Guid.NewGuid():N}"[..14]]);
        _listening.Bind(new UnixDomainSocketEndPoint(Socket));
        _listening.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Its socket, for <c>SSH_AUTH_SOCK</c>.</summary>
    public string Socket { get; }

    /// <summary>How often it was asked for the keys.</summary>
    public int Lists => Volatile.Read(ref _lists);

    /// <summary>How often it was asked for a signature.</summary>
    public int Signatures => Volatile.Read(ref _signatures);

    /// <summary>The most questions for a signature that were held back at once.</summary>
    public int MostAtOnce => Volatile.Read(ref _most);

    /// <summary>The questions for the keys wait for it. Default: they do not wait.</summary>
    public Task MayList { get; set; } = Task.CompletedTask;

    /// <summary>The questions for signatures wait for it. Default: they do not wait.</summary>
    public Task MaySign { get; set; } = Task.CompletedTask;

    /// <summary>How long each signature takes, at least. Default: no time.</summary>
    public TimeSpan SignDelay { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _accepting.Within();
        _listening.Dispose();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        var all = new List<Task>();
        try
        {
            while (true)
                all.Add(AnswerAsync(await _listening.AcceptAsync(_over.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(all);
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        try
        {
            await using var client = new NetworkStream(socket, ownsSocket: true);
            byte[] question = await ReadAsync(client);
            if (question[4] == ListRequest)
            {
                Interlocked.Increment(ref _lists);
                await MayList.WaitAsync(_over.Token);
            }
            else if (question[4] == SignRequest)
            {
                Interlocked.Increment(ref _signatures);
                _most = Math.Max(_most, Interlocked.Increment(ref _waiting));
                await MaySign.WaitAsync(_over.Token);
                await Task.Delay(SignDelay, _over.Token);
                Interlocked.Decrement(ref _waiting);
            }

            using var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await agent.ConnectAsync(new UnixDomainSocketEndPoint(_agent), _over.Token);
            await using var stream = new NetworkStream(agent);
            await stream.WriteAsync(question, _over.Token);
            await client.WriteAsync(await ReadAsync(stream), _over.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The client does not wait any more, or the test is over.
        }
    }

    private async Task<byte[]> ReadAsync(NetworkStream stream)
    {
        var head = new byte[4];
        await stream.ReadExactlyAsync(head, _over.Token);
        var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
        await stream.ReadExactlyAsync(rest, _over.Token);
        return [.. head, .. rest];
    }
}
