namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Completes nothing.</summary>
internal sealed class NoCompletion : ICompletionSource
{
    public ValueTask<CompletionList> CompleteAsync(string text, int cursor, CancellationToken cancellationToken)
        => ValueTask.FromResult(CompletionList.Empty);
}
