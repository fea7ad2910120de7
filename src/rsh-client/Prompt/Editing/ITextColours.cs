namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Tells which parts of a text have which colour.</summary>
/// <remarks>Asked each time the text is drawn, on the thread of the editor: it must answer at once.</remarks>
internal interface ITextColours
{
    /// <summary>The parts; of two for the same character the later one counts.</summary>
    IReadOnlyList<ColouredSpan> Colour(string text);
}
