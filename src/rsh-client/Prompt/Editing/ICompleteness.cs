namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Tells whether a text can be submitted.</summary>
internal interface ICompleteness
{
    /// <summary>Whether Enter submits the text; if not, it starts another row.</summary>
    ValueTask<bool> IsCompleteAsync(string text, CancellationToken cancellationToken);
}
