namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Takes each text for a complete one.</summary>
internal sealed class AlwaysComplete : ICompleteness
{
    public ValueTask<bool> IsCompleteAsync(string text, CancellationToken cancellationToken) => ValueTask.FromResult(true);
}
