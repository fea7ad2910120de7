namespace RemoteShell.Files.Matching;

/// <summary>A symbol of a pattern.</summary>
/// <param name="Symbol">The byte or the character.</param>
/// <param name="IsActive">Whether it may have a meaning; false if it was quoted.</param>
internal readonly record struct PatternSymbol(int Symbol, bool IsActive);
