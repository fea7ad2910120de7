using System.Net;
using System.Net.Sockets;
using System.Text;
using RemoteShell.Protocol;
using Serilog;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>Serves <c>/metrics</c> and <c>/healthz</c> by HTTP.</summary>
/// <remarks>
/// One request for each connection. If there are too many connections, the oldest closes: a slow client does not hold up others.
/// </remarks>
internal sealed class MetricsEndpoint : IAsyncDisposable
{
    private const int Backlog = 16;
    private const int MaxConnections = 16;

    // Bytes of a request line and its fields.
    private const int MaxHead = 8 * 1024;

    private static readonly TimeSpan LongestExchange = TimeSpan.FromSeconds(10);

    // The pause after a failed accept: without file descriptors or memory, the next accept fails too.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listening;
    private readonly Func<string?> _fault;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    // Guarded by _gate: the oldest first.
    private readonly LinkedList<Socket> _open = new();
    private Task _accepting = Task.CompletedTask;

    private MetricsEndpoint(Socket listening, Func<string?> fault, ILogger log) => (_listening, _fault, _log) = (listening, fault, log);

    /// <summary>The address on which it listens.</summary>
    public IPEndPoint Address => (IPEndPoint)_listening.LocalEndPoint!;

    /// <summary>Listens. Clients wait until <see cref="Serve"/>.</summary>
    /// <param name="address">The address; port 0 picks a free port.</param>
    /// <param name="fault">Returns what is wrong with the server; null if nothing is.</param>
    /// <param name="log">The server's log.</param>
    /// <exception cref="RemoteShellException">The address cannot be bound.</exception>
    public static MetricsEndpoint Bind(IPEndPoint address, Func<string?> fault, ILogger log)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address);
            socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new RemoteShellException($"cannot serve metrics on {address}: {e.Message}", e)
            {
                Hint = "choose another address with --metrics 127.0.0.1:PORT; port 0 picks a free port",
            };
        }

        return new(socket, fault, log);
    }

    /// <summary>Answers until it is disposed.</summary>
    public void Serve(PrometheusText metrics) => _accepting = AcceptAsync(metrics);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listening.Dispose();
        await _accepting;
        lock (_gate)
        {
            foreach (Socket socket in _open)
                socket.Dispose();
        }

        _stopping.Dispose();
    }

    private async Task AcceptAsync(PrometheusText metrics)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(Enter(await _listening.AcceptAsync(_stopping.Token)), metrics);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(AcceptPause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Socket Enter(Socket socket)
    {
        lock (_gate)
        {
            if (_open.Count == MaxConnections)
            {
                _open.First!.Value.Dispose();
                _open.RemoveFirst();
            }

            _open.AddLast(socket);
        }

        return socket;
    }

    private async Task ServeAsync(Socket socket, PrometheusText metrics)
    {
        using var time = new CancellationTokenSource(LongestExchange);
        try
        {
            string? head = await ReadHeadAsync(socket, time.Token);
            await SendAsync(socket, head is null ? TooLarge() : await AnswerAsync(head, metrics, time.Token), time.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The client is too slow, or has gone.
        }
        catch (Exception e)
        {
            _log.Error(e, "a request to the metrics failed");
        }
        finally
        {
            lock (_gate)
                _open.Remove(socket);
            socket.Dispose();
        }
    }

    // Null: it is too large.
    private static async Task<string?> ReadHeadAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MaxHead];
        int length = 0;
        while (length < buffer.Length)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                return Encoding.Latin1.GetString(buffer, 0, length);
            length += read;
            int end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
                return Encoding.Latin1.GetString(buffer, 0, end);
        }

        return null;
    }

    private async Task<HttpAnswer> AnswerAsync(string head, PrometheusText metrics, CancellationToken cancellationToken)
    {
        string[] words = head.Split("\r\n", 2)[0].Split(' ');
        if (words is not [var method, var target, "HTTP/1.1" or "HTTP/1.0"] || !target.StartsWith('/'))
            return HttpAnswer.Fault("400 Bad Request", "this is not a request of HTTP/1.1");
        string path = target.Split('?')[0];
        return (path, method) switch
        {
            ("/metrics", "GET") => await metrics.ReadAsync(cancellationToken),
            ("/healthz", "GET") => HttpAnswer.Health(_fault()),
            ("/metrics" or "/healthz", _) => HttpAnswer.Fault("405 Method Not Allowed", "only GET is allowed"),
            _ => HttpAnswer.Fault("404 Not Found", "there are /metrics and /healthz"),
        };
    }

    private static HttpAnswer TooLarge()
        => HttpAnswer.Fault("431 Request Header Fields Too Large", $"a request has at most {MaxHead} bytes");

    // Closing with bytes of the client unread would reset the connection, and lose the answer. So the client closes first.
    private static async Task SendAsync(Socket socket, HttpAnswer answer, CancellationToken cancellationToken)
    {
        for (ReadOnlyMemory<byte> rest = answer.ToBytes(); rest.Length > 0;)
            rest = rest[await socket.SendAsync(rest, cancellationToken)..];
        socket.Shutdown(SocketShutdown.Send);
        byte[] dropped = new byte[MaxHead];
        while (await socket.ReceiveAsync(dropped.AsMemory(), cancellationToken) > 0)
            continue;
    }
}
