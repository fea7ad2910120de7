namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>What a line editor asks about its text.</summary>
internal sealed record LineEditorOptions
{
    /// <summary>Completes at Tab. Default: nothing.</summary>
    public ICompletionSource Completion { get; init; } = new NoCompletion();

    /// <summary>Colours the text. Default: none.</summary>
    public ITextColours Colours { get; init; } = new NoColours();

    /// <summary>Tells whether Enter submits the text. Default: always.</summary>
    public ICompleteness Completeness { get; init; } = new AlwaysComplete();

    /// <summary>The texts in which Ctrl+R searches, the oldest first; null: the earlier texts.</summary>
    public Func<IReadOnlyList<string>>? Searched { get; init; }

    /// <summary>Called before the user's editor gets the terminal, and its Ctrl+C; the result is disposed of afterwards.</summary>
    public Func<IDisposable>? LendInterrupts { get; init; }
}
