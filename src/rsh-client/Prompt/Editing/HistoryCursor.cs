namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Walks through the earlier lines that start with the typed text.</summary>
/// <param name="lines">The lines, the oldest first.</param>
internal sealed class HistoryCursor(IReadOnlyList<string> lines)
{
    // The typed text, and the shown line. A text that is not the shown one was edited, and starts another walk.
    private string _typed = "";
    private string? _shown;
    private int _at;

    /// <summary>The next older line; null if there is none.</summary>
    public string? Older(string text)
    {
        Start(text);
        for (int i = _at - 1; i >= 0; i--)
        {
            if (Show(i))
                return _shown;
        }

        return null;
    }

    /// <summary>The next newer line, in the end the typed text; null if that is shown already.</summary>
    public string? Newer(string text)
    {
        Start(text);
        for (int i = _at + 1; i < lines.Count; i++)
        {
            if (Show(i))
                return _shown;
        }

        bool isTyped = _at >= lines.Count;
        (_at, _shown) = (lines.Count, _typed);
        return isTyped ? null : _typed;
    }

    /// <summary>The newest line that continues the text; null if there is none.</summary>
    public string? Continuation(string text)
    {
        for (int i = lines.Count - 1; i >= 0 && text.Length > 0; i--)
        {
            if (lines[i].Length > text.Length && lines[i].StartsWith(text, StringComparison.Ordinal))
                return lines[i];
        }

        return null;
    }

    private void Start(string text)
    {
        if (_shown != text)
            (_typed, _shown, _at) = (text, text, lines.Count);
    }

    private bool Show(int index)
    {
        if (lines[index] == _shown || !lines[index].StartsWith(_typed, StringComparison.Ordinal))
            return false;
        (_at, _shown) = (index, lines[index]);
        return true;
    }
}
