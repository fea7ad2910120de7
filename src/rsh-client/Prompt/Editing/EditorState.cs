using System.Globalization;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The text that is edited, and everything that keys do to it; without a terminal.</summary>
/// <param name="history">The earlier texts, the oldest first.</param>
/// <param name="kills">The texts that were cut out.</param>
internal sealed class EditorState(IReadOnlyList<string> history, KillRing kills)
{
    private readonly UndoStack _undo = new();
    private readonly HistoryCursor _history = new(history);
    private EditorCommand _last;
    private bool _isQuoting;

    // Whether the last key has cut a text out: the next such text is joined to it.
    private bool _isKilling;
    private bool _hasPrefix;

    // Whether Up and Down move in the history, not between rows.
    private bool _isInHistory;

    // The place of what Ctrl+Y has inserted.
    private (int Start, int Length) _yanked;

    // What Alt+. has inserted: its place, and the history line that it is from.
    private (int Start, int Length, int Line) _argument;

    /// <summary>The text.</summary>
    public EditBuffer Buffer { get; private set; } = EditBuffer.Empty;

    /// <summary>The search in the history; null: none.</summary>
    public IncrementalSearch? Search { get; private set; }

    /// <summary>The list of completions; null: none is shown.</summary>
    public CompletionMenu? Menu { get; private set; }

    /// <summary>Whether the newest line that continues the text is suggested.</summary>
    public bool Suggests { get; init; } = true;

    /// <summary>The texts in which a search searches, the oldest first; null: the history.</summary>
    public Func<IReadOnlyList<string>>? Searched { get; init; }

    /// <summary>The text that is shown, and that Enter submits: in a search the one that was found.</summary>
    public string ShownText => Search switch
    {
        null => Buffer.Text,
        { Match: { } match } => match,
        { Query.Length: > 0 } => "",
        _ => Buffer.Text,
    };

    /// <summary>The columns of the terminal; the arrows move in a menu as it is shown.</summary>
    public int Columns { get; set; } = 80;

    /// <summary>The rest of the suggested line; empty: none.</summary>
    public string Suggestion
    {
        get
        {
            if (!Suggests || !Buffer.IsAtEnd || Menu is not null || Search is not null)
                return "";
            return _history.Continuation(Buffer.Text) is { } line ? line[Buffer.Text.Length..] : "";
        }
    }

    /// <summary>Does what a key stands for.</summary>
    public EditorOutcome Apply(EditorKey key)
    {
        if (_isQuoting)
            return Quote(key);
        EditorCommand command = _hasPrefix ? KeyBindings.AfterPrefix(key) : KeyBindings.CommandOf(key);
        _hasPrefix = false;
        if (Search is not null && InSearch(command, key.Text) is { } inSearch)
            return inSearch;
        if (Menu is not null && InMenu(command) is { } inMenu)
            return inMenu;
        EditorOutcome outcome = Execute(command, key.Text);
        // Another key than one that cuts out ends a series of them.
        _isKilling = _isKilling && command is >= EditorCommand.KillToEnd and <= EditorCommand.KillWordAfter;
        _last = command;
        return outcome;
    }

    /// <summary>Replaces the text, such as by the one from the user's editor.</summary>
    public void Take(string text)
    {
        if (text != Buffer.Text)
            Change(EditBuffer.AtEnd(text));
    }

    /// <summary>Starts a new row at the cursor: the text is not complete.</summary>
    public void StartRow() => Change(Buffer.Insert("\n"));

    /// <summary>Takes the completions of the text as it is: inserts what they have in common, or shows them.</summary>
    public EditorOutcome Complete(CompletionList list)
    {
        bool isPlace = list.Start >= 0 && list.Length >= 0 && list.Start + list.Length <= Buffer.Text.Length;
        if (list.Items.Count == 0 || !isPlace)
            return EditorOutcome.Bell;
        string common = list.Items.Count == 1 ? list.Items[0].WithEnd : list.CommonStart();
        string now = Buffer.Text.Substring(list.Start, list.Length);
        if (common != now && (list.Items.Count == 1 || common.Length > now.Length))
            Change(Buffer.Replace(list.Start, list.Length, common));
        else if (list.Items.Count > 1)
            Menu = new(list, Buffer);
        return EditorOutcome.None;
    }

    private EditorOutcome Quote(EditorKey key)
    {
        _isQuoting = false;
        string? text = key.Kind switch
        {
            EditorKeyKind.Tab => "\t",
            EditorKeyKind.Enter => "\n",
            EditorKeyKind.Escape => "\u001b",
            EditorKeyKind.Backspace => "\u007f",
            EditorKeyKind.Character when key.Modifiers == KeyModifiers.Control && key.Text is [>= 'a' and <= 'z' or >= '[' and <= '_']
                => ((char)(key.Text[0] & 0x1f)).ToString(),
            EditorKeyKind.Text or EditorKeyKind.Paste => key.Text,
            _ => null,
        };
        if (text is null)
            return EditorOutcome.Bell;
        Change(Buffer.Insert(text));
        _last = EditorCommand.QuoteNext;
        return EditorOutcome.None;
    }

    // Null if the search is over and the key does what it does without one.
    private EditorOutcome? InSearch(EditorCommand command, string text)
    {
        IncrementalSearch search = Search!;
        switch (command)
        {
            case EditorCommand.Insert or EditorCommand.Paste:
                search.Type(text.ReplaceLineEndings(" "));
                return search.Match is null ? EditorOutcome.Bell : EditorOutcome.None;
            case EditorCommand.DeleteBefore:
                search.Shorten();
                return EditorOutcome.None;
            case EditorCommand.Search:
                search.Older();
                return EditorOutcome.None;
            case EditorCommand.SearchForward:
                search.Newer();
                return EditorOutcome.None;
            case EditorCommand.None:
                return EditorOutcome.None;
            case EditorCommand.Cancel:
                Search = null;
                return EditorOutcome.None;
            // Enter must not run another line than the one that is shown.
            case EditorCommand.Submit when search.Match is null && search.Query.Length > 0:
                return EditorOutcome.Bell;
        }

        Search = null;
        if (search.Match is { } match && command != EditorCommand.Drop)
            Change(EditBuffer.At(match, search.First()));
        return null;
    }

    // Null if the menu is closed and the key does what it does without one.
    private EditorOutcome? InMenu(EditorCommand command)
    {
        CompletionMenu menu = Menu!;
        int? step = command switch
        {
            EditorCommand.Complete or EditorCommand.Down => 1,
            EditorCommand.CompleteBackward or EditorCommand.Up => -1,
            EditorCommand.Right => menu.RowsIn(Columns),
            EditorCommand.Left => -menu.RowsIn(Columns),
            _ => null,
        };
        if (step is { } moved)
        {
            Menu = menu.Move(moved);
            Buffer = Menu.Text;
            return EditorOutcome.None;
        }

        Menu = null;
        if (menu.Selected < 0)
            return command == EditorCommand.Cancel ? EditorOutcome.None : null;
        _undo.Push(menu.Before);
        switch (command)
        {
            case EditorCommand.Submit:
                Buffer = menu.TextWithEnd;
                return EditorOutcome.None;
            case EditorCommand.Cancel:
                Buffer = menu.Before;
                return EditorOutcome.None;
            default:
                return null;
        }
    }

    private EditorOutcome Execute(EditorCommand command, string text)
    {
        switch (command)
        {
            case EditorCommand.Insert:
                Type(text);
                return EditorOutcome.None;
            case EditorCommand.Paste:
                return Changed(Buffer.Insert(text));
            case EditorCommand.QuoteNext:
                _isQuoting = true;
                return EditorOutcome.None;
            case EditorCommand.Prefix:
                _hasPrefix = true;
                return EditorOutcome.None;
            case EditorCommand.NewRow:
                return Changed(Buffer.Insert("\n"));
            case EditorCommand.Submit:
                return EditorOutcome.Submit;
            case EditorCommand.Drop:
                return EditorOutcome.Drop;
            case EditorCommand.DeleteOrLeave:
                return Buffer.Text.Length == 0 ? EditorOutcome.Leave : Changed(Buffer.Delete(Buffer.Cursor, Buffer.Right));
            case EditorCommand.Complete:
                return EditorOutcome.Complete;
            case EditorCommand.ClearScreen:
                return EditorOutcome.ClearScreen;
            case EditorCommand.OpenEditor:
                return EditorOutcome.OpenEditor;
            case >= EditorCommand.Left and <= EditorCommand.Down:
                return Move(command);
            case >= EditorCommand.Older and <= EditorCommand.LastArgument:
                return InHistory(command);
            case >= EditorCommand.DeleteBefore and <= EditorCommand.Capitalize:
                return Edit(command);
            default:
                return EditorOutcome.None;
        }
    }

    private EditorOutcome Move(EditorCommand command)
    {
        bool hasSuggestion = Suggestion.Length > 0;
        switch (command)
        {
            case EditorCommand.Right or EditorCommand.RowEnd or EditorCommand.TextEnd when hasSuggestion:
                return Changed(EditBuffer.AtEnd(Buffer.Text + Suggestion));
            case EditorCommand.WordRight when hasSuggestion:
                EditBuffer whole = new(Buffer.Text + Suggestion, Buffer.Cursor);
                return Changed(EditBuffer.AtEnd(whole.Text[..whole.WordEnd]));
            case EditorCommand.Up:
                return MoveRow(Buffer.RowAbove(), EditorCommand.Older);
            case EditorCommand.Down:
                return MoveRow(Buffer.RowBelow(), EditorCommand.Newer);
        }

        Buffer = Buffer.MoveTo(command switch
        {
            EditorCommand.Left => Buffer.Left,
            EditorCommand.Right => Buffer.Right,
            EditorCommand.WordLeft => Buffer.WordStart,
            EditorCommand.WordRight => Buffer.WordEnd,
            EditorCommand.RowStart => Buffer.RowStart,
            EditorCommand.RowEnd => Buffer.RowEnd,
            EditorCommand.TextStart => 0,
            _ => Buffer.Text.Length,
        });
        return EditorOutcome.None;
    }

    // Up and Down move between the rows of a text. Once they have shown a line of the history, they go on there.
    private EditorOutcome MoveRow(EditBuffer? row, EditorCommand inHistory)
    {
        bool isWalking = _last is EditorCommand.Up or EditorCommand.Down && _isInHistory;
        _isInHistory = row is null || isWalking;
        if (_isInHistory)
            return InHistory(inHistory);
        Buffer = row!;
        return EditorOutcome.None;
    }

    private EditorOutcome InHistory(EditorCommand command)
    {
        switch (command)
        {
            case EditorCommand.Older:
                return Recall(_history.Older(Buffer.Text));
            case EditorCommand.Newer:
                return Recall(_history.Newer(Buffer.Text));
            case EditorCommand.Oldest:
                return Recall(history.Count > 0 ? history[0] : null);
            case EditorCommand.Newest:
                return Recall(history.Count > 0 ? history[^1] : null);
            case EditorCommand.LastArgument:
                return InsertLastArgument();
            default:
                Search = new(Searched?.Invoke() ?? history);
                if (Buffer.Text.Length > 0 && !Buffer.Text.Contains('\n', StringComparison.Ordinal))
                    Search.Type(Buffer.Text);
                return EditorOutcome.None;
        }
    }

    private EditorOutcome Recall(string? line) => line is null ? EditorOutcome.Bell : Changed(EditBuffer.AtEnd(line));

    // Pressed again, it inserts the last word of the line before in place of this one.
    private EditorOutcome InsertLastArgument()
    {
        bool isAgain = _last == EditorCommand.LastArgument;
        int line = (isAgain ? _argument.Line : history.Count) - 1;
        while (line >= 0 && ShellWords.Last(history[line]).Length == 0)
            line--;
        if (line < 0)
            return EditorOutcome.Bell;
        string word = ShellWords.Last(history[line]);
        (int start, int length) = isAgain ? (_argument.Start, _argument.Length) : (Buffer.Cursor, 0);
        _argument = (start, word.Length, line);
        return Changed(Buffer.Replace(start, length, word));
    }

    private EditorOutcome Edit(EditorCommand command)
    {
        int cursor = Buffer.Cursor;
        return command switch
        {
            EditorCommand.DeleteBefore => Changed(Buffer.Delete(Buffer.Left, cursor)),
            EditorCommand.DeleteAfter => Changed(Buffer.Delete(cursor, Buffer.Right)),
            EditorCommand.KillToEnd => Kill(cursor, Buffer.RowEnd > cursor ? Buffer.RowEnd : Buffer.Right),
            EditorCommand.KillToStart => Kill(Buffer.RowStart < cursor ? Buffer.RowStart : Buffer.Left, cursor),
            EditorCommand.KillBlankWordBefore => Kill(Buffer.BlankWordStart, cursor),
            EditorCommand.KillWordBefore => Kill(Buffer.WordStart, cursor),
            EditorCommand.KillWordAfter => Kill(cursor, Buffer.WordEnd),
            EditorCommand.Yank => Yank(cursor, 0),
            EditorCommand.YankOlder => YankOlder(),
            EditorCommand.Undo => Restore(_undo.Undo(Buffer)),
            EditorCommand.Redo => Restore(_undo.Redo(Buffer)),
            EditorCommand.Transpose => Changed(Buffer.Transpose()),
            EditorCommand.TransposeWords => Changed(Buffer.TransposeWords()),
            EditorCommand.UpperCase => Changed(Buffer.ChangeWord(word => word.ToUpperInvariant())),
            EditorCommand.LowerCase => Changed(Buffer.ChangeWord(word => word.ToLowerInvariant())),
            _ => Changed(Buffer.ChangeWord(CultureInfo.InvariantCulture.TextInfo.ToTitleCase)),
        };
    }

    private EditorOutcome Kill(int from, int to)
    {
        if (from == to)
            return EditorOutcome.None;
        string text = Buffer.Text[from..to];
        if (!_isKilling)
            kills.Add(text);
        else if (from < Buffer.Cursor)
            kills.Prepend(text);
        else
            kills.Append(text);
        _isKilling = true;
        return Changed(Buffer.Delete(from, to));
    }

    private EditorOutcome Yank(int start, int length)
    {
        if (kills.Current is not { } text)
            return EditorOutcome.Bell;
        _yanked = (start, text.Length);
        return Changed(Buffer.Replace(start, length, text));
    }

    private EditorOutcome YankOlder()
    {
        if (_last is not (EditorCommand.Yank or EditorCommand.YankOlder) || kills.Current is null)
            return EditorOutcome.Bell;
        kills.Rotate();
        return Yank(_yanked.Start, _yanked.Length);
    }

    private EditorOutcome Restore(EditBuffer? state)
    {
        if (state is null)
            return EditorOutcome.Bell;
        Buffer = state;
        return EditorOutcome.None;
    }

    // Words that are typed one after the other are undone one by one.
    private void Type(string text)
    {
        bool isNewWord = text[0] == ' ' && Buffer.Cursor > 0 && Buffer.Text[Buffer.Cursor - 1] != ' ';
        EditBuffer typed = Buffer.Insert(text);
        if (_last == EditorCommand.Insert && !isNewWord)
            Buffer = typed;
        else
            Change(typed);
    }

    private EditorOutcome Changed(EditBuffer next)
    {
        Change(next);
        return EditorOutcome.None;
    }

    private void Change(EditBuffer next)
    {
        if (next.Text != Buffer.Text)
            _undo.Push(Buffer);
        Buffer = next;
    }
}
