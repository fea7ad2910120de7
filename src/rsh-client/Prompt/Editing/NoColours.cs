namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Leaves a text without colours.</summary>
internal sealed class NoColours : ITextColours
{
    public IReadOnlyList<ColouredSpan> Colour(string text) => [];
}
