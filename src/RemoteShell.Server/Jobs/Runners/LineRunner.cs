using RemoteShell.Protocol.Channels;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Runs a line of a conversation, in the conversation's shell.</summary>
/// <param name="shell">The shell.</param>
/// <param name="text">The line.</param>
/// <param name="times">How long each step of ending the line may take.</param>
internal sealed class LineRunner(ConversationShell shell, string text, JobTimes times) : IJobRunner
{
    private const int Terminate = 15;

    // ksh93 tells a signal as 256 and its number, other shells as 128 and its number.
    private const int FirstSignalOfKsh = 257, LastSignalOfKsh = 256 + 64;

    private readonly Lock _gate = new();

    // All guarded by _gate. Signals that came before the line existed: each once, however often a client sends it.
    private readonly List<int> _earlySignals = [];
    private ShellLine? _line;

    public IReadOnlyList<string> Streams => ["stdout", "stderr"];

    public async Task<JobOutcome> RunAsync(Job job, JobInput? input)
    {
        var line = new ShellLine(text, Drain(job.Buffer("stdout")), Drain(job.Buffer("stderr")));
        lock (_gate)
        {
            _line = line;
            foreach (int number in _earlySignals)
                shell.Signal(line, number);
        }

        bool wasEnded = false;
        await using CancellationTokenRegistration stopping = job.Stopping.UnsafeRegister(
            _ => wasEnded = shell.Signal(line, Terminate), null);
        LineEnd end = await shell.RunAsync(line);
        EndCause? cause = wasEnded ? job.Cause : null;
        if (end.Fault is { } fault)
            return JobOutcome.NeverStarted(126, fault) with { Folder = end.WasCancelled ? shell.WorkingFolder : null };
        JobOutcome outcome = end.Told is { } told
            ? JobOutcome.Of(new(StatusOf(told.Status ?? 0)), cause) with { Folder = told.Folder }
            : JobOutcome.Of(end.ShellExit!, cause);
        if (end.Reason is { } reason)
            outcome = outcome with { Reason = reason };
        return outcome with { Held = end.Held.Count > 0 ? end.Held : null };
    }

    public bool Signal(int number)
    {
        lock (_gate)
        {
            if (_line is { } line)
                return shell.Signal(line, number);
            if (!_earlySignals.Contains(number))
                _earlySignals.Add(number);
            return true;
        }
    }

    // The wait for free buffer space cannot be cancelled: output must not be lost because its reader is slow.
    private PipeDrain Drain(ReplayBuffer buffer) => new(times.Drain, () => buffer.GetMemoryAsync(CancellationToken.None), buffer.Commit);

    private static int StatusOf(int status)
        => status is >= FirstSignalOfKsh and <= LastSignalOfKsh ? status - 128 : status & 0xff;
}
