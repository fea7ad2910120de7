using System.Text;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The edited text, and the cursor in it.</summary>
/// <param name="Text">The text; line feeds separate its rows.</param>
/// <param name="Cursor">An index in the text, always on the boundary of a grapheme cluster.</param>
internal sealed record EditBuffer(string Text, int Cursor)
{
    public static EditBuffer Empty { get; } = new("", 0);

    public bool IsAtEnd => Cursor == Text.Length;

    /// <summary>The start of the character before the cursor.</summary>
    public int Left => Graphemes.Previous(Text, Cursor);

    /// <summary>The end of the character behind the cursor.</summary>
    public int Right => Graphemes.Next(Text, Cursor);

    /// <summary>The start of the row with the cursor.</summary>
    public int RowStart => Cursor == 0 ? 0 : Text.LastIndexOf('\n', Cursor - 1) + 1;

    /// <summary>The end of the row with the cursor, before its line feed.</summary>
    public int RowEnd => Text.IndexOf('\n', Cursor) is >= 0 and var end ? end : Text.Length;

    /// <summary>The start of the word before the cursor; a word is letters and digits.</summary>
    public int WordStart => StartOf(IsWord);

    /// <summary>The end of the word behind the cursor.</summary>
    public int WordEnd
    {
        get
        {
            int at = Cursor;
            while (at < Text.Length && !IsWord(at))
                at = Graphemes.Next(Text, at);
            while (at < Text.Length && IsWord(at))
                at = Graphemes.Next(Text, at);
            return at;
        }
    }

    /// <summary>The start of the word before the cursor; blanks separate words.</summary>
    public int BlankWordStart => StartOf(at => !char.IsWhiteSpace(Text[at]));

    /// <summary>A text with the cursor at an index, or at the end of the character around it.</summary>
    public static EditBuffer At(string text, int cursor) => new(text, Graphemes.Snap(text, cursor));

    /// <summary>A text with the cursor at its end.</summary>
    public static EditBuffer AtEnd(string text) => new(text, text.Length);

    public EditBuffer MoveTo(int index) => At(Text, index);

    public EditBuffer Insert(string text) => Replace(Cursor, 0, text);

    /// <summary>Replaces a part of the text; the cursor is behind it then.</summary>
    public EditBuffer Replace(int start, int length, string text)
        => At(string.Concat(Text.AsSpan(0, start), text, Text.AsSpan(start + length)), start + text.Length);

    public EditBuffer Delete(int from, int to) => Replace(from, to - from, "");

    /// <summary>The cursor a row up, in the same column; null in the first row.</summary>
    public EditBuffer? RowAbove() => RowStart == 0 ? null : InRow(RowStart - 1);

    /// <summary>The cursor a row down, in the same column; null in the last row.</summary>
    public EditBuffer? RowBelow() => RowEnd == Text.Length ? null : InRow(RowEnd + 1);

    /// <summary>Exchanges the characters around the cursor; at the end of the text, the last two.</summary>
    public EditBuffer Transpose()
    {
        int middle = IsAtEnd ? Left : Cursor;
        int first = Graphemes.Previous(Text, middle), end = Graphemes.Next(Text, middle);
        if (first == middle || middle == end)
            return this;
        return Replace(first, end - first, Text[middle..end] + Text[first..middle]);
    }

    /// <summary>Exchanges the word before the cursor and the word behind it, or the last two words before the end.</summary>
    public EditBuffer TransposeWords()
    {
        int secondEnd = WordEnd, secondStart = MoveTo(secondEnd).WordStart;
        int firstStart = MoveTo(secondStart).WordStart, firstEnd = MoveTo(firstStart).WordEnd;
        if (firstEnd > secondStart || firstStart == secondStart)
            return this;
        string exchanged = Text[secondStart..secondEnd] + Text[firstEnd..secondStart] + Text[firstStart..firstEnd];
        return Replace(firstStart, secondEnd - firstStart, exchanged);
    }

    /// <summary>Changes the rest of the word behind the cursor, and moves the cursor to its end.</summary>
    public EditBuffer ChangeWord(Func<string, string> change)
    {
        int end = WordEnd;
        return Replace(Cursor, end - Cursor, change(Text[Cursor..end]));
    }

    private int StartOf(Func<int, bool> isWord)
    {
        int at = Cursor;
        while (at > 0 && !isWord(Graphemes.Previous(Text, at)))
            at = Graphemes.Previous(Text, at);
        while (at > 0 && isWord(Graphemes.Previous(Text, at)))
            at = Graphemes.Previous(Text, at);
        return at;
    }

    private bool IsWord(int index) => Rune.TryGetRuneAt(Text, index, out Rune rune) && Rune.IsLetterOrDigit(rune);

    private EditBuffer InRow(int index)
    {
        int column = 0;
        for (int at = RowStart; at < Cursor; at = Graphemes.Next(Text, at))
            column++;
        EditBuffer row = MoveTo(index);
        int found = row.RowStart, end = row.RowEnd;
        for (int i = 0; i < column && found < end; i++)
            found = Graphemes.Next(Text, found);
        return MoveTo(found);
    }
}
