namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Tells which parts of a text have which colour.</summary>
internal interface ITextColours
{
    /// <summary>The parts; of two for the same character the later one counts.</summary>
    IReadOnlyList<ColouredSpan> Colour(string text);
}
