using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Processes.Terminals;

/// <summary>Starts one process on a terminal of its own. The process has one output: what the terminal shows.</summary>
/// <param name="tty">The terminal's type and its first size.</param>
internal sealed class TerminalLauncher(TerminalRequest tty) : IProcessLauncher
{
    // The character that ends the input (Ctrl+D). At the start of a line one is enough; within a line the first one ends the line.
    private static readonly byte[] EndOfInput = [4, 4];

    private readonly Lock _gate = new();

    // Guarded by _gate: the terminal while there is one, and its size.
    private PseudoTerminal? _terminal;
    private (int Columns, int Rows) _size = (tty.Columns, tty.Rows);

    public string Name => "terminal";

    /// <summary>The terminal's size.</summary>
    public (int Columns, int Rows) Size
    {
        get
        {
            lock (_gate)
                return _size;
        }
    }

    /// <summary>Resizes the terminal; if it is not open yet, it opens with this size.</summary>
    public void Resize(int columns, int rows)
    {
        lock (_gate)
        {
            _size = (columns, rows);
            _terminal?.Resize(columns, rows);
        }
    }

    public ProcessRun Start(ProcessSpec spec, ProcessPipes pipes)
    {
        PseudoTerminal terminal = PseudoTerminal.Open();
        int pid;
        Task<ProcessExit> reaped;
        try
        {
            SetTerminal(terminal);
            ProcessSpec described = spec with { Environment = Describe(spec.Environment, terminal.Name) };
            (pid, reaped) = ChildSignal.HoldAsInit(() =>
            {
                int started = PosixSpawn.OnTerminal(described, terminal.Name);
                return (started, ProcessExitWatcher.ReapAsync(started));
            });
        }
        catch
        {
            SetTerminal(null);
            terminal.Dispose();
            throw;
        }

        return new(Task.FromResult(pid), reaped, CompleteAsync(terminal, reaped, pipes));
    }

    private async Task<ProcessExit> CompleteAsync(PseudoTerminal terminal, Task<ProcessExit> reaped, ProcessPipes pipes)
    {
        using (terminal)
        {
            using var gone = new CancellationTokenSource();
            Task served = Task.WhenAll(
                pipes.Output(terminal.Output, gone.Token),
                pipes.Error(Stream.Null, gone.Token),
                FeedAsync(terminal.Input, pipes.Input, gone.Token));
            ProcessExit exit = await reaped;
            terminal.CloseOtherEnd();
            await gone.CancelAsync();
            await served;
            SetTerminal(null);
            return exit;
        }
    }

    private void SetTerminal(PseudoTerminal? terminal)
    {
        lock (_gate)
        {
            _terminal = terminal;
            terminal?.Resize(_size.Columns, _size.Rows);
        }
    }

    private Dictionary<string, string> Describe(IReadOnlyDictionary<string, string> environment, string name)
        => new(environment, StringComparer.Ordinal) { ["TERM"] = tty.Term, ["RSH_TTY"] = name };

    private static async Task FeedAsync(TerminalStream terminal, Func<Stream, CancellationToken, Task>? writer, CancellationToken gone)
    {
        if (writer is null)
            return;
        try
        {
            await writer(terminal, gone);
            await terminal.WriteAsync(EndOfInput.AsMemory(0, terminal.IsInLine ? 2 : 1), gone);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The process has stopped reading its terminal, or has exited.
        }
    }
}
