using System.Globalization;
using System.Text;

namespace RemoteShell.Cli.Client.Tests.Prompt.Editing;

/// <summary>A text and a cursor, changed in the simplest way, to compare the editor with.</summary>
internal sealed class NaiveEditor
{
    private string _killed = "";
    private bool _wasKill;
    private bool _hasKilled;

    public string Text { get; private set; } = "";

    public int Cursor { get; private set; }

    private int[] Boundaries => [.. StringInfo.ParseCombiningCharacters(Text), Text.Length];

    private int Before => Boundaries.Where(at => at < Cursor).DefaultIfEmpty(0).Max();

    private int Behind => Boundaries.Where(at => at > Cursor).DefaultIfEmpty(Text.Length).Min();

    private int RowStart => Text[..Cursor].LastIndexOf('\n') + 1;

    private int RowEnd => Text.IndexOf('\n', Cursor) is >= 0 and var end ? end : Text.Length;

    public void Do(string key)
    {
        _hasKilled = false;
        switch (key)
        {
            case "Left":
                Cursor = Before;
                break;
            case "Right":
                Cursor = Behind;
                break;
            case "Home":
                Cursor = RowStart;
                break;
            case "End":
                Cursor = RowEnd;
                break;
            case "A-b":
                Cursor = WordStart(IsLetter);
                break;
            case "A-f":
                Cursor = WordEnd();
                break;
            case "Backspace":
                Cut(Before, Cursor);
                break;
            case "Delete":
                Cut(Cursor, Behind);
                break;
            case "C-k":
                Kill(Cursor, RowEnd > Cursor ? RowEnd : Behind);
                break;
            case "C-u":
                Kill(RowStart < Cursor ? RowStart : Before, Cursor);
                break;
            case "C-w":
                Kill(WordStart(at => !char.IsWhiteSpace(Text[at])), Cursor);
                break;
            case "A-Backspace":
                Kill(WordStart(IsLetter), Cursor);
                break;
            case "A-d":
                Kill(Cursor, WordEnd());
                break;
            case "C-y":
                Put(_killed);
                break;
            case "A-Enter":
                Put("\n");
                break;
            default:
                Put(key);
                break;
        }

        _wasKill = _hasKilled;
    }

    private void Put(string text)
    {
        Text = Text.Insert(Cursor, text);
        Settle(Cursor + text.Length);
    }

    private void Cut(int from, int to)
    {
        Text = Text.Remove(from, to - from);
        Settle(from);
    }

    private void Kill(int from, int to)
    {
        _hasKilled = from != to || _wasKill;
        if (from == to)
            return;
        string text = Text[from..to];
        if (!_wasKill)
            _killed = text;
        else
            _killed = from < Cursor ? text + _killed : _killed + text;
        Cut(from, to);
    }

    // A change may join the characters around it.
    private void Settle(int cursor) => Cursor = Boundaries.Where(at => at >= cursor).Min();

    private int WordStart(Func<int, bool> isWord)
    {
        List<int> before = [.. Boundaries.Where(at => at < Cursor).OrderDescending()];
        int start = before.FindIndex(at => isWord(at));
        if (start < 0)
            return 0;
        int end = before.FindIndex(start, at => !isWord(at));
        return end < 0 ? 0 : before[end - 1];
    }

    private int WordEnd()
    {
        List<int> behind = [.. Boundaries.Where(at => at >= Cursor && at < Text.Length)];
        int start = behind.FindIndex(IsLetter);
        if (start < 0)
            return Text.Length;
        int end = behind.FindIndex(start, at => !IsLetter(at));
        return end < 0 ? Text.Length : behind[end];
    }

    private bool IsLetter(int at) => Rune.TryGetRuneAt(Text, at, out Rune rune) && Rune.IsLetterOrDigit(rune);
}
