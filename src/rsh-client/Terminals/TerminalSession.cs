using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>A remote program on this terminal, until it ends or the user detaches.</summary>
/// <param name="host">The server, as the user named it.</param>
/// <param name="detachKeys">The bytes of the keys that detach; empty: none.</param>
/// <param name="recording">Records the output; null: it is not recorded.</param>
/// <param name="text">The encoding of the remote text; null for UTF-8.</param>
/// <param name="typed">Keys that were typed before the program started.</param>
internal sealed class TerminalSession(
    string host, byte[] detachKeys, Asciicast? recording, RemoteText? text, ReadOnlyMemory<byte> typed = default)
{
    // Between two changes of size. A program reads the size after SIGWINCH: if both changes came at once, it would see none.
    private static readonly TimeSpan ResizeDelay = TimeSpan.FromMilliseconds(50);

    private readonly Screen _screen = new(StandardStreams.Output, recording);
    private readonly CancellationTokenSource _left = new();
    private volatile RemoteJob? _job;
    private volatile bool _isLost;
    private Escape _reason;

    /// <summary>What the server does with the job when this client disappears; null: this client does not know it.</summary>
    public DisconnectPolicy? OnDisconnect { get; init; }

    /// <summary>The character with which an escape begins; null: there are no escapes.</summary>
    public byte? EscapeCharacter { get; init; } = Escapes.Tilde;

    /// <summary>How the program ended; null before, and if the user has left it.</summary>
    public CommandResult? Result { get; private set; }

    /// <summary>The options, with callbacks that show messages on this terminal while the program runs.</summary>
    public ClientOptions Attend(ClientOptions options) => options with
    {
        Lost = reason => Tell(() => Lost(reason), () => options.Lost?.Invoke(reason)),
        Restored = () => Tell(Restored, () => { }),
        Noticed = text => Tell(() => Show(text), () => options.Noticed?.Invoke(text)),
    };

    /// <summary>Tells that the connection is lost, and that the client reconnects.</summary>
    public void Lost(string reason)
    {
        _isLost = true;
        // The cause comes first: a narrow terminal shows the beginning.
        string giveUp = EscapeCharacter is null ? "" : $" ({Named("~.")} gives up)";
        _screen.ShowLost($"lost the connection: {reason}; reconnecting to {host}{giveUp}");
    }

    /// <summary>Removes the message of <see cref="Lost"/>.</summary>
    public void Restored()
    {
        _isLost = false;
        _screen.ClearLost();
    }

    /// <summary>Shows a notice.</summary>
    public void Show(string text) => _screen.Notify(text);

    /// <summary>Runs the program, and returns this program's exit status.</summary>
    /// <param name="start">Starts the program, or takes it over.</param>
    /// <param name="first">Written to the terminal before the program's output.</param>
    /// <param name="interrupts">The signals of this process.</param>
    public async Task<int> RunAsync(
        Func<CommandStreams, TerminalRequest, CancellationToken, Task<RemoteJob>> start, string first, Interrupts interrupts)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(interrupts.Cancelled, _left.Token);
        await using var keyboard = new Keyboard(new(detachKeys) { Character = EscapeCharacter }, Want, typed);
        _screen.SizeChanged = () => Resize(_screen.Size);
        _screen.Disturbed = () => _ = RedrawAsync();
        var encoded = new EncodedStreams(new() { Output = _screen, Error = StandardStreams.Error, Input = keyboard }, text);
        RemoteJob? job = null;
        try
        {
            job = await start(encoded.Streams, LocalTerminal.Describe(), given.Token);
            CommandResult result = await ShowAsync(job, keyboard, first, interrupts);
            Result = result;
            encoded.Finish();
            return ExitStatus.Of(result);
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested && job is not null)
        {
            return Left(job);
        }
    }

    /// <summary>Watches a program into which another client types, until Ctrl+C.</summary>
    public async Task<int> WatchAsync(Func<CommandStreams, CancellationToken, Task<RemoteJob>> start, string first, Interrupts interrupts)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(interrupts.Cancelled, _left.Token);
        await using var keyboard = new Keyboard(new(detachKeys) { LeaveKey = Escapes.ControlC }, Want, before: default);
        RemoteJob? job = null;
        try
        {
            var encoded = new EncodedStreams(new() { Output = _screen, Error = StandardStreams.Error }, text);
            job = await start(encoded.Streams, given.Token);
            _ = DropKeysAsync(keyboard, given.Token);
            CommandResult result = await ShowAsync(job, keyboard, first, interrupts);
            encoded.Finish();
            return ExitStatus.Of(result);
        }
        catch (OperationCanceledException) when (job is not null)
        {
            _reason = Escape.Detach;
            return Left(job);
        }
    }

    private async Task<CommandResult> ShowAsync(RemoteJob job, Keyboard keyboard, string first, Interrupts interrupts)
    {
        if (!job.HasTerminal)
        {
            _screen.Open("");
            return await ShowPlainAsync(job);
        }

        using LocalTerminal raw = LocalTerminal.Enter(TerminalMode.Raw);
        _job = job;
        keyboard.Start();
        _screen.Open(first);
        using IDisposable? resized = LocalTerminal.OnResize(_ => Relay());
        Relay();
        interrupts.PassTo(() => job.Signal("INT"));
        try
        {
            CommandResult result = await job.Completion;
            recording?.Exit(result.ExitCode);
            _job = null;
            _screen.End();
            raw.Dispose();
            OutcomeMessages.Explain(result);
            return result;
        }
        catch
        {
            _job = null;
            _screen.Leave();
            throw;
        }
        finally
        {
            interrupts.PassTo(null);
        }
    }

    // A job without a terminal: its output passes through, and the local terminal keeps its modes.
    private static async Task<CommandResult> ShowPlainAsync(RemoteJob job)
    {
        CommandResult result = await job.Completion;
        OutcomeMessages.Explain(result);
        return result;
    }

    private int Left(RemoteJob job)
    {
        if (_isLost)
        {
            UserMessages.Say($"there is no connection to {host}: {WithoutConnection(job.Id)}");
            return ExitStatus.NoConnection;
        }

        if (_reason != Escape.Detach)
        {
            UserMessages.Say($"ended the connection to {host}");
            return ExitStatus.NoConnection;
        }

        UserMessages.Say($"detached; the job {job.Id} runs on; to resume it: rsh-client attach {host} {job.Id}");
        return 0;
    }

    // The server was not told that this client has left.
    private string WithoutConnection(string job)
    {
        string resume = $"to resume it: rsh-client attach {host} {job}";
        return OnDisconnect switch
        {
            { Time: { Ticks: 0 } } => $"the server ends the job {job} when it notices that (--on-disconnect kill)",
            { Time: null } => $"the job {job} runs on (--on-disconnect keep)\n{resume}",
            { } limited => $"the job {job} runs on, for the time of --on-disconnect {limited}\n{resume}",
            null => $"the job {job} runs on as its --on-disconnect policy says\n{resume}",
        };
    }

    // A control character is shown as ^X.
    private string Named(string escapes) => EscapeCharacter is not { } character ? escapes : escapes.Replace(
        "~", character < ' ' ? $"^{(char)(character + '@')}" : $"{(char)character}", StringComparison.Ordinal);

    private void Want(Escape escape)
    {
        if (_job is not { } job)
            return;
        if (escape == Escape.Help)
        {
            _screen.Show($"rsh-client: escapes\n{Named(string.Join('\n', Escapes.Help))}");
            return;
        }

        _reason = escape;
        if (escape == Escape.Detach)
            job.LeaveRunning();
        _left.Cancel();
    }

    // A watcher does not type; the keyboard still finds its escapes.
    private static async Task DropKeysAsync(Keyboard keyboard, CancellationToken cancellationToken)
    {
        var keys = new byte[256];
        try
        {
            while (await keyboard.ReadAsync(keys, cancellationToken) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The watch has ended.
        }
    }

    // The size of the terminal has changed, or the job does not know it yet.
    private void Relay()
    {
        _screen.Resized();
        Resize(_screen.Size);
    }

    private void Resize(TerminalRequest size)
    {
        _job?.Resize(size.Columns, size.Rows);
        recording?.Resize(size.Columns, size.Rows);
    }

    // A program redraws its screen when the size changes: make it one row smaller for a moment.
    private async Task RedrawAsync()
    {
        TerminalRequest size = _screen.Size;
        int otherRows = size.Rows > 1 ? size.Rows - 1 : 2;
        _job?.Resize(size.Columns, otherRows);
        await Task.Delay(ResizeDelay);
        Resize(_screen.Size);
    }

    private void Tell(Action onScreen, Action otherwise)
    {
        if (_job is null)
            otherwise();
        else
            onScreen();
    }
}
