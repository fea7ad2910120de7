using System.Text;
using RemoteShell.Files.Matching;

namespace RemoteShell.Files.Trees;

/// <summary>One line in the syntax of <c>.gitignore</c>. It matches bytes, as git does.</summary>
internal sealed class IgnoreRule
{
    private readonly SymbolPattern _pattern;
    private readonly bool _isForFoldersOnly;
    private readonly bool _isForNames;

    private IgnoreRule(SymbolPattern pattern, bool isExclusion, bool isForFoldersOnly, bool isForNames)
    {
        _pattern = pattern;
        IsExclusion = isExclusion;
        _isForFoldersOnly = isForFoldersOnly;
        _isForNames = isForNames;
    }

    /// <summary>Whether the rule excludes; otherwise it includes again.</summary>
    public bool IsExclusion { get; }

    /// <summary>Reads a line; null if it is empty or a comment.</summary>
    public static IgnoreRule? TryParse(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line.EndsWith('\r') ? line[..^1] : line);
        ReadOnlySpan<byte> pattern = WithoutTrailingSpaces(bytes);
        if (pattern.IsEmpty || pattern[0] == '#')
            return null;
        bool isExclusion = pattern[0] != '!';
        if (!isExclusion)
            pattern = pattern[1..];
        bool isForFoldersOnly = pattern.EndsWith("/"u8);
        if (isForFoldersOnly)
            pattern = pattern[..^1];
        bool isForNames = !pattern.Contains((byte)'/');
        if (pattern.StartsWith("/"u8))
            pattern = pattern[1..];
        return pattern.IsEmpty ? null : new(new(Steps(pattern)), isExclusion, isForFoldersOnly, isForNames);
    }

    /// <summary>The bytes as symbols.</summary>
    public static int[] Symbols(ReadOnlySpan<byte> bytes)
    {
        var symbols = new int[bytes.Length];
        for (int i = 0; i < symbols.Length; i++)
            symbols[i] = bytes[i];
        return symbols;
    }

    /// <summary>Whether the rule matches a path itself.</summary>
    public bool IsMatch(ReadOnlySpan<int> path, ReadOnlySpan<int> name, bool isFolder)
        => (isFolder || !_isForFoldersOnly) && _pattern.IsMatch(_isForNames ? name : path);

    // A space at the end counts only after a backslash.
    private static ReadOnlySpan<byte> WithoutTrailingSpaces(ReadOnlySpan<byte> line)
    {
        int end = 0;
        for (int i = 0; i < line.Length; i++)
        {
            bool isEscape = line[i] == '\\';
            if (isEscape)
                i++;
            if (isEscape || line[i] != ' ')
                end = Math.Min(i + 1, line.Length);
        }

        return line[..end];
    }

    private static List<Step> Steps(ReadOnlySpan<byte> pattern)
    {
        List<Step> steps = PathSteps.Of(Unescape(pattern));
        // git: a pattern that ends with a backslash matches nothing.
        if (EndsWithBackslash(pattern))
            steps.Add(new(StepKind.Never));
        return steps;
    }

    private static List<PatternSymbol> Unescape(ReadOnlySpan<byte> pattern)
    {
        var symbols = new List<PatternSymbol>(pattern.Length);
        for (int i = 0; i < pattern.Length; i++)
        {
            bool isEscaped = pattern[i] == '\\';
            if (isEscaped)
                i++;
            if (i < pattern.Length)
                symbols.Add(new(pattern[i], !isEscaped));
        }

        return symbols;
    }

    private static bool EndsWithBackslash(ReadOnlySpan<byte> pattern)
        => (pattern.Length - pattern.TrimEnd((byte)'\\').Length) % 2 == 1;
}
