namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The texts that were cut out, for Ctrl+Y and Alt+Y.</summary>
internal sealed class KillRing
{
    private const int MaxTexts = 60;

    private readonly List<string> _texts = [];
    private int _at;

    /// <summary>The text to insert; null if nothing was cut out.</summary>
    public string? Current => _texts.Count == 0 ? null : _texts[_at];

    /// <summary>Adds a text.</summary>
    public void Add(string text)
    {
        if (text.Length == 0)
            return;
        if (_texts.Count == MaxTexts)
            _texts.RemoveAt(0);
        _texts.Add(text);
        _at = _texts.Count - 1;
    }

    /// <summary>Puts a text behind the newest one: both were cut out one after the other.</summary>
    public void Append(string text) => Replace(newest => newest + text, text);

    /// <summary>Puts a text before the newest one.</summary>
    public void Prepend(string text) => Replace(newest => text + newest, text);

    /// <summary>Makes the next older text the current one; behind the oldest comes the newest.</summary>
    public void Rotate()
    {
        if (_texts.Count > 0)
            _at = (_at + _texts.Count - 1) % _texts.Count;
    }

    private void Replace(Func<string, string> join, string text)
    {
        if (_texts.Count == 0)
        {
            Add(text);
            return;
        }

        _at = _texts.Count - 1;
        _texts[_at] = join(_texts[_at]);
    }
}
