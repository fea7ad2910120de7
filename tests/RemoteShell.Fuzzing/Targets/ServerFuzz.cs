using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>The server's side of a connection: the dispatcher, channels and streams, with a handler that runs nothing.</summary>
internal static class ServerFuzz
{
    public static void Run(byte[] input) => FuzzLimit.Run(() => RunAsync(WireInput.Expand(input)));

    private static async Task RunAsync(byte[] wire)
    {
        var requests = new List<Task>();
        var handlers = new FrameHandlers { ChannelOpened = (channel, open) => requests.Add(AnswerAsync(channel, open)) };
        Connection connection = Connection.StartServer(new RecordedStream(wire), FuzzLimit.Options, handlers);
        await FuzzLimit.EndedAsync(connection);
        await connection.DisposeAsync();
        await Task.WhenAll(requests);
        if (connection.Reason is { Code: ErrorCode.Internal } reason)
            throw new InvalidOperationException($"the connection failed: {reason.Text}");
    }

    private static async Task AnswerAsync(Channel channel, OpenRequest open)
    {
        try
        {
            if (!StreamDigest.IsKnown(open.Digest) || open.Window is < 0 or > ReceiveWindow.MaxSize)
            {
                channel.Refuse(ErrorCode.BadRequest, "not valid");
                return;
            }

            IncomingStream input = channel.AddIncoming("stdin", 64 * 1024, open.Digest);
            OutgoingStream output = channel.AddOutgoing("stdout", open.Window, open.Digest);
            channel.Post(new OpenedMessage { Window = 64 * 1024 });
            await output.WriteAsync(new byte[100], CancellationToken.None);
            await input.CopyToAsync(Stream.Null, CancellationToken.None);
            while (true)
                await channel.ReceiveAsync();
        }
        catch (Exception e) when (e is ChannelException or ConnectionException or IOException)
        {
            // The documented ends of a channel, and of a write to it.
        }
    }
}
