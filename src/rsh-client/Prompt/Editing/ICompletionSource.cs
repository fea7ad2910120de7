namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Finds the possible completions of a text.</summary>
internal interface ICompletionSource
{
    /// <summary>Completes the word at the cursor.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cursor">The index of the cursor in it.</param>
    /// <param name="cancellationToken">Cancelled after 200 ms: the user waits.</param>
    ValueTask<CompletionList> CompleteAsync(string text, int cursor, CancellationToken cancellationToken);
}
