using RemoteShell.Files.Matching;

namespace RemoteShell.Files.Patterns;

/// <summary>A pattern of full paths, which decides about a path without reading a folder.</summary>
/// <remarks>
/// <c>*</c>, <c>?</c> and <c>[…]</c> match within a name, also a leading dot; <c>**</c> matches any number of folders. <c>/x/**</c>
/// matches <c>/x</c> and all below it. A path is given without <c>.</c>, <c>..</c> and links.
/// </remarks>
internal sealed class PathGlob
{
    private readonly SymbolPattern _pattern;

    // What is before a last component '*' or '**'; null: the last component is another one.
    private readonly SymbolPattern? _folder;
    private readonly bool _isTree;

    // The symbols before the first wildcard.
    private readonly int[] _literal;

    private PathGlob(List<PatternSymbol> symbols, List<Step> steps)
    {
        _pattern = new(steps);
        int last = symbols.FindLastIndex(symbol => symbol.Symbol == '/') + 1;
        bool isAny = last < symbols.Count && symbols[last..].TrueForAll(symbol => symbol is { IsActive: true, Symbol: '*' });
        _isTree = isAny && symbols.Count - last == 2;
        _folder = isAny && symbols.Count - last <= 2 ? new(PathSteps.Of(symbols[..(last - 1)])) : null;
        _literal = [.. symbols.TakeWhile(symbol => !PatternText.IsWildcard(symbol)).Select(symbol => symbol.Symbol)];
    }

    /// <summary>Reads a pattern.</summary>
    /// <param name="symbols">The pattern, without its quotes.</param>
    /// <exception cref="FormatException">It does not begin with a slash, or a <c>[</c> has no <c>]</c>.</exception>
    public static PathGlob Parse(List<PatternSymbol> symbols)
    {
        if (symbols is not [{ Symbol: '/' }, ..])
            throw new FormatException("a pattern of paths begins with /");
        List<Step> steps = PathSteps.Of(symbols);
        return steps.Exists(step => step.Kind == StepKind.Never)
            ? throw new FormatException("a [ has no ]")
            : new(symbols, steps);
    }

    /// <summary>Whether the pattern matches a path.</summary>
    public bool IsMatch(string path)
    {
        int[] symbols = Symbols(path);
        return _pattern.IsMatch(symbols) || (_isTree && _folder!.IsMatch(symbols));
    }

    /// <summary>Whether the pattern matches each path that is one name below a folder.</summary>
    public bool CoversChildren(string folder) => CoversTree(folder) || _folder?.IsMatch(Symbols(folder)) == true;

    /// <summary>Whether the pattern matches a folder and all below it.</summary>
    public bool CoversTree(string folder) => _isTree && _pattern.IsMatch([.. Symbols(folder), '/']);

    /// <summary>Whether the pattern may match a path below a folder. False is certain.</summary>
    public bool MayMatchBelow(string folder)
    {
        int[] start = [.. Symbols(folder), '/'];
        int shared = Math.Min(start.Length, _literal.Length);
        return start.AsSpan(0, shared).SequenceEqual(_literal.AsSpan(0, shared));
    }

    // The root folder is the empty path, so that a slash and a name can follow each folder.
    private static int[] Symbols(string path) => [.. path.TrimEnd('/').EnumerateRunes().Select(rune => rune.Value)];
}
