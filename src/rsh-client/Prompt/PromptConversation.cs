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
internal sealed class PromptConversation(RemoteShellClient client, ConversationOptions options, CommandStreams late, RemoteText? text)
    : IAsyncDisposable
{
    private RemoteConversation? _current;
    private string? _folder;
    private bool _hasEnded;

    /// <summary>The encoding of the remote text; null for UTF-8.</summary>
    public RemoteText? Text => text;

    /// <summary>The remote folder; null for the user's home.</summary>
    public string? Folder => _current?.WorkingDirectory ?? _folder;

    /// <summary>The conversation with the shell that runs now.</summary>
    public RemoteConversation Current => _current ?? throw new InvalidOperationException("the conversation has not been started");

    /// <summary>The number of lines so far. Each may have changed which commands there are.</summary>
    public int Lines { get; private set; }

    /// <summary>Whether the shell has ended with the last line.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Completes when the client cannot go on: another client has the conversation, or the connection is lost.</summary>
    public async Task<Exception> FailedAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(_ => never.TrySetCanceled(), null);
        await ((Task)Current.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Exception? failure = Current.Completion.Exception?.InnerException;
        return failure is null or RequestRefusedException ? await never.Task : failure;
    }

    /// <summary>Starts the shell.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _hasEnded = false;
        _current = await client.StartConversationAsync(options with { WorkingDirectory = _folder }, late, cancellationToken);
        _folder = _current.WorkingDirectory;
    }

    /// <summary>Takes over the conversation of another client, with its shell.</summary>
    public async Task TakeOverAsync(string job, CancellationToken cancellationToken)
    {
        _current = await client.TakeOverConversationAsync(job, text?.Name, late, cancellationToken);
        _folder = _current.WorkingDirectory;
    }

    /// <summary>Runs a line in the shell.</summary>
    /// <param name="line">The text.</param>
    /// <param name="streams">Where its output goes, in UTF-8.</param>
    /// <param name="interrupts">The signals of this process.</param>
    public async Task<CommandResult> RunAsync(string line, CommandStreams streams, Interrupts interrupts)
    {
        CommandResult result;
        try
        {
            result = await LineRunner.RunAsync(client, Current, line, streams, interrupts, text);
        }
        catch (RequestRefusedException e) when (e.Code == ErrorCode.Gone)
        {
            _hasEnded = true;
            throw;
        }

        Lines++;
        _hasEnded = result.WorkingDirectory is null;
        _folder = result.WorkingDirectory ?? _folder;
        OutcomeMessages.Explain(result);
        return result;
    }

    /// <summary>Waits until the shell has ended, and all that processes in the background wrote was shown.</summary>
    public async Task<CommandResult> EndAsync()
    {
        CommandResult result = await Current.Completion;
        OutcomeMessages.ExplainHeld(result);
        return result;
    }

    /// <summary>Starts a new shell in the folder of the old one, if that has ended, and says so.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (!_hasEnded && !Current.Completion.IsCompleted)
            return;
        UserMessages.Say($"{await ReasonAsync()}; its variables, functions and aliases are lost");
        try
        {
            await StartAsync(cancellationToken);
        }
        catch (CommandNotStartedException) when (_folder is not null)
        {
            _folder = null;
            await StartAsync(cancellationToken);
        }

        UserMessages.Say($"a new shell has started in {UserMessages.OneLine(Folder ?? "the home folder")}");
    }

    public ValueTask DisposeAsync() => _current?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<string> ReasonAsync()
    {
        try
        {
            CommandResult result = await Current.Completion;
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
    }
}
