namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The states of the text before its changes.</summary>
internal sealed class UndoStack
{
    private const int MaxStates = 1000;

    private readonly List<EditBuffer> _before = [];
    private readonly Stack<EditBuffer> _after = new();

    /// <summary>Keeps the state before a change.</summary>
    public void Push(EditBuffer before)
    {
        if (_before.Count == MaxStates)
            _before.RemoveAt(0);
        _before.Add(before);
        _after.Clear();
    }

    /// <summary>The state before the last change; null if there is none.</summary>
    public EditBuffer? Undo(EditBuffer now)
    {
        if (_before.Count == 0)
            return null;
        EditBuffer before = _before[^1];
        _before.RemoveAt(_before.Count - 1);
        _after.Push(now);
        return before;
    }

    /// <summary>The state before the last undo; null if there is none.</summary>
    public EditBuffer? Redo(EditBuffer now)
    {
        if (!_after.TryPop(out EditBuffer? after))
            return null;
        _before.Add(now);
        return after;
    }
}
