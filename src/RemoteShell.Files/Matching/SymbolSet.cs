namespace RemoteShell.Files.Matching;

/// <summary>The symbols of a <c>[…]</c>.</summary>
internal sealed class SymbolSet(IReadOnlyList<SymbolRange> ranges, SetSense sense)
{
    /// <summary>Whether the set contains the symbol.</summary>
    public bool Contains(int symbol)
        => ranges.Any(range => symbol >= range.First && symbol <= range.Last) == (sense == SetSense.Listed);
}
