using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs;

namespace RemoteShell.Server.Requests;

/// <summary>Takes a client's signals to its job.</summary>
internal static class JobSignals
{
    /// <summary>Passes them on until the channel's end.</summary>
    public static async Task PassAsync(Channel channel, Job job)
    {
        try
        {
            while (true)
            {
                if (await channel.ReceiveAsync() is not Signal signal)
                    channel.Fail(new(ErrorCode.OutOfOrder, "a running command takes signals only"));
                else if (SignalName.ToNumber(signal.Name) is { } number)
                    job.Signal(number);
                else
                    channel.Post(new Notice { Text = $"there is no signal '{signal.Name}' here; the command goes on" });
            }
        }
        catch (Exception e) when (e is ChannelException or ConnectionException)
        {
            // The channel's end is what this loop runs to.
        }
    }
}
