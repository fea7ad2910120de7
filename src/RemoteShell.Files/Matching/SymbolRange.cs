namespace RemoteShell.Files.Matching;

/// <summary>A range of symbols, both ends included.</summary>
internal readonly record struct SymbolRange(int First, int Last);
