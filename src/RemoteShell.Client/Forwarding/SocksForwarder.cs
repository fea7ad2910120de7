using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Forwarding;

/// <summary>A SOCKS proxy (4, 4a and 5) at this machine, whose connections the server makes. The server resolves the names.</summary>
/// <remarks>
/// Only CONNECT is carried, without authentication. As with <see cref="LocalForwarder"/>, connections survive a lost connection to the
/// server. Disposing it closes the socket and all connections.
/// </remarks>
public sealed class SocksForwarder : IAsyncDisposable
{
    // More than the longest request.
    private const int BufferSize = 1024;

    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(30);

    private readonly AcceptingSocket _socket;
    private readonly ConnectionCarrier _carrier;
    private readonly Action<string>? _failed;
    private readonly TimeSpan _requestTime;

    private SocksForwarder(RemoteShellClient client, EndPoint listen, ForwardingOptions options, TimeSpan requestTime)
    {
        (_carrier, _failed, _requestTime) = (new(client, options), options.Failed, requestTime);
        _socket = AcceptingSocket.Start(listen, ServeAsync, options.Failed);
    }

    /// <summary>Where it listens; with the port that the system has chosen if 0 was asked for.</summary>
    public EndPoint Address => _socket.Address;

    /// <summary>Starts to listen.</summary>
    /// <param name="client">The connection to the server. It must outlive this forwarder.</param>
    /// <param name="listen">
    /// An <see cref="IPEndPoint"/> (port 0: the system chooses one; <c>::</c> takes IPv4 too), or a
    /// <see cref="UnixDomainSocketEndPoint"/>, whose socket only this user can connect to.
    /// </param>
    /// <param name="options">What happens while the connection to the server is lost, and who learns of failures.</param>
    /// <exception cref="SocketException">The address is in use, or may not be used.</exception>
    /// <exception cref="ArgumentException">The address is of another kind, or the path is too long for a socket.</exception>
    public static SocksForwarder Start(RemoteShellClient client, EndPoint listen, ForwardingOptions options)
        => Start(client, listen, options, RequestTime);

    /// <summary>Closes the socket, and ends all connections.</summary>
    public ValueTask DisposeAsync() => _socket.DisposeAsync();

    // With another time for a client to say what it wants: for tests.
    internal static SocksForwarder Start(RemoteShellClient client, EndPoint listen, ForwardingOptions options, TimeSpan requestTime)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        return new(client, listen, options, requestTime);
    }

    private async Task ServeAsync(Socket socket, CancellationToken closed)
    {
        try
        {
            (SocksRequest request, byte[] following) = await ReadAsync(socket, closed).ConfigureAwait(false);
            if (request.Fault is { } fault)
                await RefuseAsync(socket, request, fault, closed).ConfigureAwait(false);
            else
                await CarryAsync(socket, request, following, closed).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (!closed.IsCancellationRequested)
                _failed?.Invoke($"{Address}: a SOCKS client did not say within {_requestTime.TotalSeconds:0.#} s what it wants");
            socket.Close(0);
        }
        catch (Exception e) when (e is SocketException or EndOfStreamException)
        {
            // The client has left.
            socket.Close(0);
        }
    }

    // The time is for the whole request, so that a client that sends byte by byte has no more of it.
    private async Task<(SocksRequest Request, byte[] Following)> ReadAsync(Socket socket, CancellationToken closed)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(closed);
        limit.CancelAfter(_requestTime);
        var request = new SocksRequest();
        byte[] buffer = new byte[BufferSize];
        while (true)
        {
            int count = await socket.ReceiveAsync(buffer, limit.Token).ConfigureAwait(false);
            if (count == 0)
                throw new EndOfStreamException();
            int taken = request.Take(buffer.AsSpan(0, count), out byte[] reply);
            if (reply.Length > 0)
                await SendAsync(socket, reply, limit.Token).ConfigureAwait(false);
            if (request.IsComplete)
                return (request, buffer[taken..count]);
        }
    }

    private async Task RefuseAsync(Socket socket, SocksRequest request, string fault, CancellationToken closed)
    {
        _failed?.Invoke($"{Address}: refused a SOCKS client: {fault}");
        await CloseAsync(socket, request.FaultReply, closed).ConfigureAwait(false);
    }

    private async Task CarryAsync(Socket socket, SocksRequest request, byte[] following, CancellationToken closed)
    {
        var target = ForwardTarget.Tcp(request.Host!, request.Port);
        string name = target.ToString();
        // The reply comes before the first byte of the target.
        var replied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stream = new SocketStream(socket, following, replied.Task);
        await _carrier.GuardAsync(stream, name, async () =>
        {
            RemoteJob job;
            try
            {
                job = await _carrier.StartAsync(stream, RemoteCommand.Connect(target), closed).ConfigureAwait(false);
            }
            catch (RemoteShellException e)
            {
                if (!stream.IsBroken)
                    _failed?.Invoke($"{name}: {e.Message}");
                await CloseAsync(socket, request.Reply(ReplyFor(e)), closed).ConfigureAwait(false);
                await stream.DisposeAsync().ConfigureAwait(false);
                return;
            }

            await using (job.ConfigureAwait(false))
            {
                await SendAsync(socket, request.Reply(SocksReply.Granted), closed).ConfigureAwait(false);
                replied.SetResult();
                await _carrier.EndAsync(stream, job, name).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }

    private static SocksReply ReplyFor(RemoteShellException failure) => failure switch
    {
        RequestRefusedException { Code: ErrorCode.Forbidden } => SocksReply.NotAllowed,
        CommandNotStartedException { Fault: ForwardFault.Refused } => SocksReply.Refused,
        CommandNotStartedException { Fault: ForwardFault.Unreachable or ForwardFault.NotFound or ForwardFault.TimedOut }
            => SocksReply.HostUnreachable,
        _ => SocksReply.Failed,
    };

    // In order, so that the client gets the reply.
    private static async Task CloseAsync(Socket socket, byte[] reply, CancellationToken closed)
    {
        using (socket)
        {
            await SendAsync(socket, reply, closed).ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
        }
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
    }
}
