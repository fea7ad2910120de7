using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>A remote program on this terminal, from its first screen to its end, or until it is left.</summary>
/// <param name="host">The server, as the user named it.</param>
/// <param name="detachKeys">The bytes of the keys that detach; empty: none.</param>
/// <param name="recording">What takes down what is shown; null: nothing does.</param>
/// <param name="text">The encoding of what is written and read there; null for UTF-8.</param>
/// <param name="typed">What was typed for the program before it began.</param>
internal sealed class TerminalSession(string host, byte[] detachKeys, Asciicast? recording, RemoteText? text, ReadOnlyMemory<byte> typed = default)
{
    // Programs look at their terminal's size when they are told that it has changed: two changes at once would look like none.
    private static readonly TimeSpan TimeToLook = TimeSpan.FromMilliseconds(50);

    private readonly Screen _screen = new(StandardStreams.Output, recording);
    private readonly CancellationTokenSource _left = new();
    private volatile RemoteJob? _job;
    private Escape _reason;

    /// <summary>What the connection has to tell while the session lasts.</summary>
    public ClientOptions Attend(ClientOptions options) => options with
    {
        Lost = reason => Tell(() => Lost(reason), () => options.Lost?.Invoke(reason)),
        Restored = () => Tell(Restored, () => { }),
        Noticed = text => Tell(() => Show(text), () => options.Noticed?.Invoke(text)),
    };

    /// <summary>The connection is lost, and another one is looked for.</summary>
    public void Lost(string reason) => _screen.ShowBottomLine($"lost the connection to {host}, and am reconnecting (~. gives up): {reason}");

    /// <summary>There is one again.</summary>
    public void Restored() => _screen.ClearBottomLine();

    /// <summary>Runs the program, and returns this program's exit status.</summary>
    /// <param name="start">Starts it, or goes on with it.</param>
    /// <param name="first">What the terminal is sent before all else.</param>
    /// <param name="interrupts">What ends it from outside.</param>
    public async Task<int> RunAsync(Func<CommandStreams, TerminalRequest, CancellationToken, Task<RemoteJob>> start, string first, Interrupts interrupts)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(interrupts.GivenUp, _left.Token);
        await using var keyboard = new Keyboard(new(detachKeys), Want, typed);
        var encoded = new EncodedStreams(new() { Output = _screen, Error = StandardStreams.Error, Input = keyboard }, text);
        RemoteJob? job = null;
        try
        {
            job = await start(encoded.Streams, LocalTerminal.Describe(), given.Token);
            CommandResult result = await ShowAsync(job, keyboard, first, interrupts);
            encoded.Finish();
            return ExitStatus.Of(result);
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested && job is not null)
        {
            return Left(job);
        }
    }

    /// <summary>Shows a program that somebody else types into, until Ctrl+C.</summary>
    public async Task<int> WatchAsync(Func<CommandStreams, CancellationToken, Task<RemoteJob>> start, string first, Interrupts interrupts)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(interrupts.GivenUp, _left.Token);
        await using var keyboard = new Keyboard(new(detachKeys), Want, before: default);
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
            return await LookOnAsync(job);
        }

        using LocalTerminal raw = LocalTerminal.Enter(TerminalMode.Raw);
        _job = job;
        keyboard.Start();
        _screen.Open(first);
        using IDisposable? resized = LocalTerminal.OnResize(Resize);
        Resize(LocalTerminal.Describe());
        interrupts.PassTo(() => job.Signal("INT"));
        try
        {
            CommandResult result = await job.Completion;
            recording?.Exit(result.ExitCode);
            _job = null;
            _screen.End();
            raw.Dispose();
            Commands.RunCommand.Explain(result);
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

    // What has no terminal is for whoever reads it, as ever.
    private static async Task<CommandResult> LookOnAsync(RemoteJob job)
    {
        CommandResult result = await job.Completion;
        Commands.RunCommand.Explain(result);
        return result;
    }

    private int Left(RemoteJob job)
    {
        if (_reason != Escape.Detach)
        {
            UserMessages.Say($"ended the connection to {host}");
            return ExitStatus.NoConnection;
        }

        UserMessages.Say($"detached; the job {job.Id} goes on, and 'rsh-client attach {host} {job.Id}' takes it up again");
        return 0;
    }

    private void Want(Escape escape)
    {
        if (_job is not { } job)
            return;
        if (escape == Escape.Help)
        {
            Show($"rsh-client: what can be typed for this program\n{string.Join('\n', Escapes.Help)}");
            return;
        }

        _reason = escape;
        if (escape == Escape.Detach)
            job.LeaveRunning();
        _left.Cancel();
    }

    private async Task DropKeysAsync(Keyboard keyboard, CancellationToken cancellationToken)
    {
        const byte controlC = 3;
        var keys = new byte[256];
        try
        {
            while (await keyboard.ReadAsync(keys, cancellationToken) is > 0 and int count)
                if (keys.AsSpan(0, count).Contains(controlC))
                    await _left.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // Nobody looks on any more.
        }
    }

    private void Resize(TerminalRequest size)
    {
        _job?.Resize(size.Columns, size.Rows);
        recording?.Resize(size.Columns, size.Rows);
    }

    /// <summary>Says something; the program draws its line again below.</summary>
    public void Show(string text)
    {
        _screen.Say(text);
        _ = RedrawAsync();
    }

    private async Task RedrawAsync()
    {
        TerminalRequest size = LocalTerminal.Describe();
        _job?.Resize(size.Columns, size.Rows > 1 ? size.Rows - 1 : 2);
        await Task.Delay(TimeToLook);
        Resize(LocalTerminal.Describe());
    }

    private void Tell(Action onScreen, Action otherwise) => (_job is null ? otherwise : onScreen)();
}
