using RemoteShell.Files.Matching;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Patterns;

/// <summary>One component of a pattern, between two slashes.</summary>
internal sealed class PatternComponent
{
    private readonly SymbolPattern? _pattern;
    private readonly bool _matchesLeadingDot;

    private PatternComponent(byte[] literal, SymbolPattern? pattern, bool isAnyFolders, bool matchesLeadingDot)
    {
        Literal = literal;
        _pattern = pattern;
        IsAnyFolders = isAnyFolders;
        _matchesLeadingDot = matchesLeadingDot;
    }

    /// <summary>Whether the component is a name or <c>.</c> or <c>..</c>, and not a pattern.</summary>
    public bool IsLiteral => _pattern is null && !IsAnyFolders;

    /// <summary>The bytes of a literal component.</summary>
    public byte[] Literal { get; }

    /// <summary>Whether the component is <c>**</c>.</summary>
    public bool IsAnyFolders { get; }

    public static PatternComponent Of(List<PatternSymbol> symbols)
    {
        if (!symbols.Exists(PatternText.IsWildcard))
            return new(PatternText.ToBytes(symbols), null, false, false);
        if (symbols is [{ IsActive: true, Symbol: '*' }, { IsActive: true, Symbol: '*' }])
            return new([], null, true, false);
        var steps = new List<Step>();
        int at = 0;
        while (at < symbols.Count)
            at = AddStep(symbols, at, steps);
        return new([], new(steps), false, symbols[0].Symbol == '.');
    }

    /// <summary>Whether a name matches.</summary>
    public bool IsMatch(FileName name)
        => (_matchesLeadingDot || name.Bytes[0] != '.') && _pattern!.IsMatch(PatternText.Symbols(name.Bytes));

    private static int AddStep(List<PatternSymbol> symbols, int at, List<Step> steps)
    {
        PatternSymbol symbol = symbols[at];
        switch (symbol.IsActive ? symbol.Symbol : -1)
        {
            case '?':
                steps.Add(new(StepKind.Any));
                return at + 1;
            case '*':
                steps.Add(new(StepKind.Star));
                return at + 1;
            case '[' when SetReader.Read(symbols, at + 1, out int end) is { } set:
                steps.Add(new(StepKind.Set, Set: set));
                return end;
            default:
                // A '[' without its ']' stands for itself.
                steps.Add(new(StepKind.Literal, symbol.Symbol));
                return at + 1;
        }
    }
}
