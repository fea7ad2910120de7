using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Cli.Client.Execution;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The conversation of a prompt. Starts a new shell when the old one is gone, and says what is lost.</summary>
/// <param name="client">The connection.</param>
/// <param name="options">How the shell runs.</param>
/// <param name="late">Where the output of processes in the background goes.</param>
/// <param name="text">The encoding of the remote text; null for UTF-8.</param>
/// <param name="say">Shows a message.</param>
internal sealed class PromptConversation(
    RemoteShellClient client, ConversationOptions options, CommandStreams late, RemoteText? text, Action<string> say) : IAsyncDisposable
{
    // How long the reason for the end of a shell may take, and the list of names before a line.
    private static readonly TimeSpan ReasonPatience = TimeSpan.FromSeconds(5), NamesPatience = TimeSpan.FromSeconds(2);

    private RemoteConversation? _current;
    // At first that of the options. Null after a start that failed, so that the next shell starts in the user's home.
    private string? _folder = options.WorkingDirectory;

    // The line with which the shell has ended; null if it ended otherwise, or runs.
    private CommandResult? _last;
    private bool _isGone;

    /// <summary>The encoding of the remote text; null for UTF-8.</summary>
    public RemoteText? Text => text;

    /// <summary>The remote folder; null for the user's home.</summary>
    public string? Folder => _current?.WorkingDirectory ?? _folder;

    /// <summary>The conversation with the shell that runs now.</summary>
    public RemoteConversation Current => _current ?? throw new InvalidOperationException("the conversation has not been started");

    /// <summary>The line that ends the shell as the end of its input does, whatever functions and aliases the user has defined.</summary>
    /// <remarks>The other shells do not allow a function of the name <c>exit</c>.</remarks>
    public string ExitLine => Path.GetFileName(Current.Shell) is "bash" or "zsh" or "mksh" or "lksh" ? @"\builtin exit" : @"\exit";

    /// <summary>The number of lines so far. Each may have changed which commands there are.</summary>
    public int Lines { get; private set; }

    /// <summary>Whether the shell has ended, with the last line or between two lines.</summary>
    public bool HasEnded => _isGone || HasEndedWithLine || Current.Completion.IsCompleted;

    /// <summary>Whether the shell has ended with the last line.</summary>
    public bool HasEndedWithLine => _last is not null;

    /// <summary>Whether the last line has made the shell exit, such as <c>exit</c> in a function.</summary>
    public bool HasExited => _last is { Outcome: CommandOutcome.Exited };

    /// <summary>Why the shell could not be started; null if it could be.</summary>
    public string? StartFault
        => Current.Completion is { IsCompletedSuccessfully: true, Result: { Outcome: CommandOutcome.NeverStarted } result }
            ? ExitStatus.Sentence(result)
            : null;

    /// <summary>Completes when the shell has ended: with null, or with the reason why this client cannot go on.</summary>
    public async Task<Exception?> EndedAsync(CancellationToken cancellationToken)
    {
        Task ended = Current.Completion;
        await ended.ContinueWith(_ => { }, cancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        Exception? failure = Current.Completion.Exception?.InnerException;
        return failure is RequestRefusedException ? null : failure;
    }

    /// <summary>Starts the shell.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _current = await client.StartConversationAsync(options with { WorkingDirectory = _folder }, late, cancellationToken);
        (_last, _isGone) = (null, false);
        _folder = _current.WorkingDirectory;
    }

    /// <summary>Takes over the conversation of another client, with its shell, and says which lines run in it.</summary>
    public async Task TakeOverAsync(string job, CancellationToken cancellationToken)
    {
        _current = await client.TakeOverConversationAsync(job, text?.Name, late, cancellationToken);
        _folder = _current.WorkingDirectory;
        foreach (JobInfo line in await client.ListJobsAsync(JobFilter.Running, cancellationToken))
        {
            if (line.Conversation == _current.Id && !line.HasTerminal)
                say($"a line still runs, and the next line waits for it (:kill {line.Id} ends it): {UserMessages.OneLine(line.Command)}");
        }
    }

    /// <summary>Runs a line in the shell.</summary>
    /// <param name="line">The text.</param>
    /// <param name="streams">Where its output goes, in UTF-8.</param>
    /// <param name="interrupts">The signals of this process.</param>
    public async Task<CommandResult> RunAsync(string line, CommandStreams streams, Interrupts interrupts)
        => await RunAsync(await LineAsync(line, streams, interrupts.Cancelled), interrupts);

    /// <summary>Makes a line for <see cref="RunAsync(LineRunner, Interrupts)"/>.</summary>
    /// <param name="line">The text.</param>
    /// <param name="streams">Where its output goes, in UTF-8.</param>
    /// <param name="cancellationToken">Stops asking the shell whether the line is for itself.</param>
    public async Task<LineRunner> LineAsync(string line, CommandStreams streams, CancellationToken cancellationToken)
        => Line(await ForShellAsync(line, cancellationToken), streams);

    /// <summary>Sends the next line while this one runs, if the shell need not be asked about it. Null if it was not sent.</summary>
    /// <param name="next">The text.</param>
    /// <param name="streams">Where its output goes, in UTF-8, when it is run.</param>
    /// <param name="line">The line that runs.</param>
    /// <param name="cancellationToken">Ends the next line.</param>
    public async Task<LineRunner?> SendAheadAsync(
        string next, CommandStreams streams, LineRunner line, CancellationToken cancellationToken)
    {
        if (ServerBuiltins.NameOf(next) is not null)
            return null;
        LineRunner ahead = Line(next, streams);
        return await line.TrySendNextAsync(ahead, cancellationToken) ? ahead : null;
    }

    /// <summary>Runs a line in the shell.</summary>
    /// <param name="line">The line.</param>
    /// <param name="interrupts">The signals of this process.</param>
    public async Task<CommandResult> RunAsync(LineRunner line, Interrupts interrupts)
    {
        CommandResult result;
        try
        {
            result = await line.RunAsync(interrupts);
        }
        catch (RequestRefusedException e) when (e.Code == ErrorCode.Gone)
        {
            _isGone = true;
            throw;
        }

        Lines++;
        // A line that was not started says nothing about the shell.
        bool hasEnded = result.WorkingDirectory is null && result.Outcome != CommandOutcome.NeverStarted;
        _last = hasEnded ? result : null;
        _folder = result.WorkingDirectory ?? _folder;
        OutcomeMessages.Explain(result);
        return result;
    }

    /// <summary>Waits until the shell has ended, and all that processes in the background wrote was shown.</summary>
    public async Task<CommandResult> EndAsync()
    {
        CommandResult result = await Current.Completion;
        OutcomeMessages.ExplainBackground(result);
        return result;
    }

    /// <summary>Starts a new shell in the folder of the old one, if that has ended, and says so.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (!HasEnded)
            return;
        say($"{await ReasonAsync(cancellationToken)}; its variables, functions and aliases are lost");
        try
        {
            await StartAsync(cancellationToken);
        }
        catch (CommandNotStartedException) when (_folder is not null)
        {
            _folder = null;
            await StartAsync(cancellationToken);
        }

        say($"a new shell has started in {UserMessages.OneLine(Folder ?? "the home folder")}");
    }

    /// <summary>As <see cref="RenewAsync"/>, but only says why no shell could be started. Returns whether one runs.</summary>
    public async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RenewAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (e is RequestRefusedException or CommandNotStartedException)
        {
            say(e.Message);
            return false;
        }
    }

    /// <summary>Lets the shell run on when this client disconnects.</summary>
    public void LeaveRunning() => _current?.LeaveRunning();

    public ValueTask DisposeAsync() => _current?.DisposeAsync() ?? ValueTask.CompletedTask;

    private LineRunner Line(string line, CommandStreams streams)
        => new(client, Current, text) { Line = line, Streams = streams, Waits = SayWaits };

    private void SayWaits()
    {
        if (options.Mode == ConversationMode.Interactive)
            say("not connected; the line runs after the reconnect; press Ctrl+C to drop it");
    }

    // A function or an alias of the user goes before a command of the server of the same name.
    private async Task<string> ForShellAsync(string line, CancellationToken cancellationToken)
    {
        if (ServerBuiltins.NameOf(line) is not { } name || !client.IsConnected)
            return line;
        if (ServerBuiltins.AsksShellForHelp(line, Current.Shell))
            return ServerBuiltins.ToShell(line);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(NamesPatience);
        try
        {
            IReadOnlyList<Completion> found = await Current.CompleteAsync(name, CompletionTarget.Command, time.Token);
            bool isOwn = found.Any(item => item.Text == name && item.Kind is CompletionKind.Function or CompletionKind.Alias);
            return isOwn ? ServerBuiltins.ToShell(line) : line;
        }
        catch (Exception e) when (e is OperationCanceledException or RemoteShellException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return line;
        }
    }

    private async Task<string> ReasonAsync(CancellationToken cancellationToken)
    {
        try
        {
            CommandResult result = await Current.Completion.WaitAsync(ReasonPatience, cancellationToken);
            return result.Outcome switch
            {
                CommandOutcome.Exited => $"the shell has ended with status {result.ExitCode}",
                CommandOutcome.Signaled => $"the shell was ended by signal {result.Signal}",
                _ => $"the shell has ended: {ExitStatus.Sentence(result)}",
            };
        }
        catch (RequestRefusedException e) when (e.Code is ErrorCode.Gone or ErrorCode.NotFound)
        {
            return "the server was restarted, and the shell has ended with it";
        }
        catch (TimeoutException)
        {
            return "the shell has ended";
        }
    }
}
