using System.Net.Sockets;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Forwarding;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>forward</c>: connects to a TCP port, and carries bytes in both directions.</summary>
internal static class ForwardHandler
{
    // Bytes that the client may send before the port has taken any.
    private const int InputWindow = 1024 * 1024;

    private const int PieceLength = 64 * 1024;

    public static async Task HandleAsync(RequestContext context, Channel channel, ForwardRequest forward)
    {
        context.Check(AskedRequests.Of(forward));
        string target = new HostAddress(forward.Host, forward.Port).ToString();
        using Socket socket = await ConnectAsync(forward, channel.Ended);
        long started = Environment.TickCount64;
        var log = new ForwardingLog(context.Log, context.Services.Audit, context.Audited);
        log.Connected(target);
        await using var stream = new NetworkStream(socket);
        IncomingStream input = channel.AddIncoming("in", InputWindow, forward.Digest);
        OutgoingStream output = channel.AddOutgoing("out", forward.Window, forward.Digest);
        channel.Post(new OpenedMessage { Window = InputWindow });
        channel.Activate();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(channel.Ended, context.Services.Stopping);
        Task sending = SendAsync(input, socket, over.Token), receiving = ReceiveAsync(stream, output, over.Token);
        try
        {
            // A failure in one direction ends both. An end in one direction does not end the other.
            await await Task.WhenAny(sending, receiving);
            await Task.WhenAll(sending, receiving);
            channel.Finish(new ResultMessage
            {
                Outcome = Outcome.Exited,
                Duration = Environment.TickCount64 - started,
                Streams = new Dictionary<string, StreamTotal> { ["out"] = output.End() },
            });
        }
        catch (IOException e)
        {
            channel.Fail(new(ErrorCode.Internal, $"the connection to {target} was lost: {e.Message}"));
        }
        catch (OperationCanceledException) when (context.Services.Stopping.IsCancellationRequested)
        {
            channel.Fail(new(ErrorCode.Stopping, "the server is stopping"));
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            log.Disconnected(target, input.Taken.Total, output.Sent.Total);
        }
    }

    private static async Task<Socket> ConnectAsync(ForwardRequest forward, CancellationToken cancellationToken)
    {
        try
        {
            return await TargetConnector.ConnectAsync(forward.Host, forward.Port, cancellationToken);
        }
        catch (ForwardingException e)
        {
            throw new RefusalException(ErrorCode.NotFound, e.Message, "check the address and the port");
        }
    }

    private static async Task SendAsync(IncomingStream input, Socket socket, CancellationToken cancellationToken)
    {
        while (await input.ReadAsync(cancellationToken) is { Length: > 0 } block)
        {
            for (ReadOnlyMemory<byte> rest = block.Memory; rest.Length > 0;)
                rest = rest[await SendSomeAsync(socket, rest, cancellationToken)..];
            input.Return(block);
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static async ValueTask<int> SendSomeAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.SendAsync(bytes, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static async Task ReceiveAsync(NetworkStream stream, OutgoingStream output, CancellationToken cancellationToken)
    {
        using PooledBytes piece = PooledBytes.Rent(PieceLength);
        while (await stream.ReadAsync(piece.Memory, cancellationToken) is > 0 and int count)
            await output.WriteAsync(piece.Memory[..count], cancellationToken);
        output.End();
    }
}
