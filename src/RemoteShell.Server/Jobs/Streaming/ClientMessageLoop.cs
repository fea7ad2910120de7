using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>Takes a client's signals, and the sizes of its terminal, to its job.</summary>
internal static class ClientMessageLoop
{
    /// <summary>Passes them on until the channel's end.</summary>
    /// <param name="channel">The client's.</param>
    /// <param name="job">Its job.</param>
    /// <param name="resize">Takes the sizes; null: who only looks on has no say in that.</param>
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
                        channel.Post(new NoticeMessage { Text = $"a terminal cannot have {columns} columns and {rows} rows; each must be from 1 to {TerminalRequest.MaxSize}" });
                        break;
                    case SignalMessage signal when SignalName.ToNumber(signal.Name) is { } number:
                        job.Signal(number);
                        break;
                    case SignalMessage unknown:
                        channel.Post(new NoticeMessage { Text = $"there is no signal '{unknown.Name}' here; the command goes on" });
                        break;
                    default:
                        channel.Fail(new(ErrorCode.OutOfOrder, "a running command takes signals, and sizes of its terminal"));
                        break;
                }
            }
        }
        catch (Exception e) when (e is ChannelException or ConnectionException)
        {
            // The channel's end is what this loop runs to.
        }
    }
}
