using System.Globalization;
using System.Text;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>The difference of two texts, as <c>diff -u</c> writes it.</summary>
internal sealed class UnifiedDiff
{
    // In lines, before and after each change.
    private const int Context = 3;

    private static readonly CustomFunctionChunker Lines = new(LinesOf);

    private readonly StringBuilder _text = new();
    private readonly DiffResult _diff;

    private UnifiedDiff(DiffResult diff) => _diff = diff;

    /// <summary>The text of the difference; after the names, nothing if the texts are equal.</summary>
    public static string Of(string oldName, string oldText, string newName, string newText)
    {
        var diff = new UnifiedDiff(Differ.Instance.CreateDiffs(oldText, newText, ignoreWhiteSpace: false, ignoreCase: false, Lines));
        diff._text.Append(CultureInfo.InvariantCulture, $"--- {oldName}\n+++ {newName}\n");
        diff.WriteHunks();
        return diff._text.ToString();
    }

    // Only a line feed ends a line, and belongs to it: a line that differs by it, or by a carriage return, differs.
    private static string[] LinesOf(string text)
    {
        List<string> lines = [];
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = text.IndexOf('\n', start) + 1;
            end = end == 0 ? text.Length : end;
            lines.Add(text[start..end]);
        }

        return [.. lines];
    }

    // Changes whose context meets are in one hunk.
    private void WriteHunks()
    {
        List<DiffBlock> hunk = [];
        foreach (DiffBlock block in _diff.DiffBlocks)
        {
            if (hunk.Count > 0 && block.DeleteStartA - (hunk[^1].DeleteStartA + hunk[^1].DeleteCountA) > 2 * Context)
            {
                WriteHunk(hunk);
                hunk.Clear();
            }

            hunk.Add(block);
        }

        if (hunk.Count > 0)
            WriteHunk(hunk);
    }

    private void WriteHunk(IReadOnlyList<DiffBlock> blocks)
    {
        DiffBlock first = blocks[0], last = blocks[^1];
        int before = Math.Min(Context, first.DeleteStartA), endOfLast = last.DeleteStartA + last.DeleteCountA;
        int after = Math.Min(Context, _diff.PiecesOld.Count - endOfLast);
        int oldStart = first.DeleteStartA - before, newStart = first.InsertStartB - before;
        int oldCount = endOfLast + after - oldStart, newCount = last.InsertStartB + last.InsertCountB + after - newStart;
        _text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(oldStart, oldCount)} +{Range(newStart, newCount)} @@\n");
        int at = oldStart;
        foreach (DiffBlock block in blocks)
        {
            WriteLines(' ', _diff.PiecesOld, at, block.DeleteStartA - at);
            WriteLines('-', _diff.PiecesOld, block.DeleteStartA, block.DeleteCountA);
            WriteLines('+', _diff.PiecesNew, block.InsertStartB, block.InsertCountB);
            at = block.DeleteStartA + block.DeleteCountA;
        }

        WriteLines(' ', _diff.PiecesOld, at, after);
    }

    private void WriteLines(char mark, IReadOnlyList<string> lines, int start, int count)
    {
        for (int i = start; i < start + count; i++)
        {
            _text.Append(mark).Append(lines[i]);
            if (!lines[i].EndsWith('\n'))
                _text.Append("\n\\ No newline at end of file\n");
        }
    }

    // Of no lines, the line before them is named.
    private static string Range(int start, int count) => count switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{start},0"),
        1 => string.Create(CultureInfo.InvariantCulture, $"{start + 1}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{start + 1},{count}"),
    };
}
