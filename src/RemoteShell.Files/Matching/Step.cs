namespace RemoteShell.Files.Matching;

/// <summary>One step of a pattern.</summary>
/// <param name="Kind">What it matches.</param>
/// <param name="Symbol">The symbol of a literal.</param>
/// <param name="Set">The set of <see cref="StepKind.Set"/>.</param>
internal readonly record struct Step(StepKind Kind, int Symbol = 0, SymbolSet? Set = null);
