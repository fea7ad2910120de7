using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Processes.Terminals;

/// <summary>Starts one process on a terminal of its own: what it shows is its output, and it has no other.</summary>
/// <param name="tty">The terminal's kind and its first size.</param>
/// <param name="shown">Is told all that is shown; null: nobody is.</param>
internal sealed class TerminalLauncher(TerminalRequest tty, Action<ReadOnlySpan<byte>>? shown = null) : IProcessLauncher
{
    // What a terminal takes for the end of what is typed, where the line before is complete; else for the end of the line.
    private static readonly byte[] EndOfInput = [4, 4];

    private readonly Lock _gate = new();

    // Under _gate: the terminal while there is one, and its size.
    private PseudoTerminal? _terminal;
    private (int Columns, int Rows) _size = (tty.Columns, tty.Rows);

    public string Name => "terminal";

    /// <summary>Gives the terminal another size, from its beginning where there is none yet.</summary>
    public void Resize(int columns, int rows)
    {
        lock (_gate)
        {
            _size = (columns, rows);
            _terminal?.Resize(columns, rows);
        }
    }

    public async Task<ProcessExit> RunAsync(ProcessSpec specification, ProcessPipes pipes, ProcessEvents events)
    {
        using PseudoTerminal terminal = PseudoTerminal.Open();
        terminal.Output.Shown = shown;
        lock (_gate)
        {
            _terminal = terminal;
            terminal.Resize(_size.Columns, _size.Rows);
        }

        int pid = PosixSpawn.OnTerminal(specification with { Environment = Describe(specification.Environment, terminal.Name) }, terminal.Name);
        Task<ProcessExit> collected = ProcessExitWatcher.CollectAsync(pid);
        events.Led(pid);

        using var gone = new CancellationTokenSource();
        Task served = Task.WhenAll(pipes.Output(terminal.Output, gone.Token), pipes.Error(Stream.Null, gone.Token), FeedAsync(terminal.Input, pipes.Input, gone.Token));
        ProcessExit exit = await collected;
        events.Exited();
        terminal.LetGo();
        await gone.CancelAsync();
        await served;
        lock (_gate)
            _terminal = null;
        return exit;
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
            // The process reads no more, which is its own affair.
        }
    }
}
