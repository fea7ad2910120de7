using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Runners;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>A job with a terminal that another client goes on with, which sees its last screens and types into it from then on.</summary>
internal static class TerminalTakeover
{
    // Far enough for the longest escape sequence that is in use.
    private const int LongestStart = 4 * 1024;

    /// <summary>Carries it to its end. A client that leaves on purpose leaves it running.</summary>
    public static async Task AttendAsync(Channel channel, AttachRequest attach, TerminalRequest tty, Job job)
    {
        if (Refuses(channel, job, attach.ClientToken))
            return;
        long begin = await BeginAsync(job.Streams["stdout"]);
        AskToRedraw(job, tty);
        await new JobStreamer(attach, job, attach.Streams, log => ReferenceEquals(log, job.Streams["stdout"]) ? begin : log.Length).RunAsync(channel, new(channel) { LeavesRunning = true, ClientToken = attach.ClientToken ?? "" });
    }

    /// <summary>Refuses a client that comes back after another one took its job over; true where it did.</summary>
    public static bool Refuses(Channel channel, Job job, string? holder)
    {
        if (job.Clients.TryClaim(holder ?? ""))
            return false;
        Refuse(channel);
        return true;
    }

    public static void Refuse(Channel channel) => channel.Refuse(ErrorCode.TakenOver, "another client with the same key has taken the job over");

    /// <summary>Makes the terminal another size than the client's, which the client changes at once: programs redraw at a change.</summary>
    public static void AskToRedraw(Job job, TerminalRequest tty) => job.Resize(tty.Columns, tty.Rows > 1 ? tty.Rows - 1 : 2);

    /// <summary>Where the screens that are kept begin: behind a line's end, not in the middle of a character.</summary>
    public static async ValueTask<long> BeginAsync(JobOutput log)
    {
        long start = Math.Max(log.Start, log.Length - TerminalRunner.Tail);
        if (start == 0)
            return 0;
        var piece = new byte[LongestStart];
        int count = await log.CopyAsync(start, piece);
        int line = count > 0 ? piece.AsSpan(0, count).IndexOf((byte)'\n') : -1;
        return start + line + 1;
    }
}
