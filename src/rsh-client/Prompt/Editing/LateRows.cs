using System.Text;
using RemoteShell.Cli.Client.Output;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The rows that a stream of processes in the background writes while a text is edited. The last one may still grow.</summary>
internal sealed class LateRows
{
    // In characters. A row without an end must not grow for ever; of the last row the end is shown.
    private const int MaxRow = 64 * 1024, MaxShown = 200;

    private const string NoColours = "\u001b[0m";

    private readonly StringBuilder _rest = new();

    // The colours at the start of the last row.
    private string _colours = "";

    /// <summary>The last row, which has no end yet, without colours; empty: none.</summary>
    public string Rest
    {
        get
        {
            string row = UserMessages.Uncoloured(Visible(_rest.ToString()));
            return row.Length <= MaxShown ? row : row[^MaxShown..];
        }
    }

    /// <summary>Adds text, and returns the rows that are whole now, with their colours and ends.</summary>
    public string Append(string text)
    {
        var rows = new StringBuilder();
        int start = 0;
        for (int end = text.IndexOf('\n', start); end >= 0; end = text.IndexOf('\n', start))
        {
            _rest.Append(text, start, end - start);
            EndRow(rows);
            start = end + 1;
        }

        _rest.Append(text, start, text.Length - start);
        if (_rest.Length > MaxRow)
            EndRow(rows);
        return rows.ToString();
    }

    /// <summary>Forgets the last row: it was shown, and what follows goes elsewhere.</summary>
    public void Clear()
    {
        _rest.Clear();
        _colours = "";
    }

    private void EndRow(StringBuilder rows)
    {
        string row = UserMessages.Coloured(Visible(_rest.ToString()));
        string shown = _colours + row;
        _colours = UserMessages.ColoursAfter(shown);
        rows.Append(shown).Append(_colours.Length > 0 ? NoColours : "").Append('\n');
        _rest.Clear();
    }

    // A carriage return starts the row again, as in a progress bar.
    private static string Visible(string row)
    {
        row = row.TrimEnd('\r');
        return row[(row.LastIndexOf('\r') + 1)..];
    }
}
