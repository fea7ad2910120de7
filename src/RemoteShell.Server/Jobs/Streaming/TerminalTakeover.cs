using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Runners;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>Lets another client take over a job with a terminal, or a conversation.</summary>
/// <remarks>The client gets the last screens, and types into the terminal from then on.</remarks>
internal static class TerminalTakeover
{
    // In bytes: longer than any escape sequence in use.
    private const int LongestSequence = 4 * 1024;

    /// <summary>Attaches the client until the job ends or the client leaves. A client that says goodbye leaves the job running.</summary>
    public static async Task AttendAsync(Channel channel, AttachRequest attach, TerminalRequest? tty, Job job)
    {
        JobOutput screen = job.Streams["stdout"];
        long begin = await BeginAsync(screen);
        var streamer = new JobStreamer(attach, job, attach.Streams, output => ReferenceEquals(output, screen) ? begin : output.Length);
        if (streamer.FindFault() is { } missing)
        {
            channel.Refuse(ErrorCode.Gone, missing, JobStreamer.MissingHint(job));
            return;
        }

        if (!TryClaim(channel, job, attach.ClientToken))
            return;
        if (tty is not null)
            AskToRedraw(job, tty);
        var client = new AttachedClient(channel) { LeavesRunning = true, ClientToken = attach.ClientToken ?? "" };
        await streamer.RunAsync(channel, client);
    }

    /// <summary>Claims the job for the client; refuses the request if another client took the job over from this one before.</summary>
    public static bool TryClaim(Channel channel, Job job, string? clientToken)
    {
        if (job.Clients.TryClaim(clientToken ?? ""))
            return true;
        Refuse(channel);
        return false;
    }

    /// <summary>Refuses a request, since another client has taken the job over.</summary>
    public static void Refuse(Channel channel)
        => channel.Refuse(ErrorCode.TakenOver, "another client with the same key has taken the job over");

    /// <summary>Makes programs redraw, which they do when the size changes.</summary>
    /// <remarks>Sets a size that differs from the client's; the client sends its own size at once.</remarks>
    public static void AskToRedraw(Job job, TerminalRequest tty) => job.Resize(tty.Columns, tty.Rows > 1 ? tty.Rows - 1 : 2);

    /// <summary>Returns where the kept screens begin: after a line end, so not within a character or an escape sequence.</summary>
    public static async ValueTask<long> BeginAsync(JobOutput output)
    {
        long start = Math.Max(output.Start, output.Length - TerminalRunner.Tail);
        if (start == 0)
            return 0;
        var piece = new byte[LongestSequence];
        int count = await output.CopyAsync(start, piece);
        int line = count > 0 ? piece.AsSpan(0, count).IndexOf((byte)'\n') : -1;
        return start + line + 1;
    }
}
