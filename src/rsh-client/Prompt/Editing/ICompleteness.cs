namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Tells whether a text is a whole command.</summary>
internal interface ICompleteness
{
    ValueTask<bool> IsCompleteAsync(string text, CancellationToken cancellationToken);
}
