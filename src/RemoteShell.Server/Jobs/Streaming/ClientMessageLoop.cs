using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>Passes a client's signals, and the sizes of its terminal, to its job.</summary>
internal static class ClientMessageLoop
{
    /// <summary>Passes the messages until the channel ends.</summary>
    /// <param name="channel">The client's channel.</param>
    /// <param name="job">The client's job.</param>
    /// <param name="resize">Receives columns and rows; null: they are ignored.</param>
    public static async Task PassAsync(Channel channel, Job job, Action<int, int>? resize = null)
    {
        try
        {
            while (true)
            {
                switch (await channel.ReceiveAsync())
                {
                    case ResizeMessage { Columns: var columns, Rows: var rows } when TerminalRequest.IsValidSize(columns, rows):
                        resize?.Invoke(columns, rows);
                        break;
                    case ResizeMessage { Columns: var columns, Rows: var rows }:
                        Notify(channel, $"invalid terminal size {columns}x{rows}; use 1 to {TerminalRequest.MaxSize} columns and rows");
                        break;
                    case SignalMessage signal when SignalName.ToNumber(signal.Name) is { } number:
                        job.Signal(number);
                        break;
                    case SignalMessage unknown:
                        Notify(channel, $"unknown signal '{unknown.Name}'; the command goes on");
                        break;
                    default:
                        channel.Fail(new(ErrorCode.OutOfOrder, "a running command accepts only signals and terminal sizes"));
                        break;
                }
            }
        }
        catch (Exception e) when (e is ChannelException or ConnectionException)
        {
            // The channel has ended, and with it this loop.
        }
    }

    private static void Notify(Channel channel, string text) => channel.Post(new NoticeMessage { Text = text });
}
