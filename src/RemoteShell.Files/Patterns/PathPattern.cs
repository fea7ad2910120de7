using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Matching;

namespace RemoteShell.Files.Patterns;

/// <summary>Expands patterns of paths as a shell does: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a]</c>, <c>**</c>, <c>{a,b}</c>.</summary>
/// <remarks>
/// <para>A backslash, <c>'…'</c> and <c>"…"</c> quote. <c>*</c>, <c>?</c>, <c>[…]</c> and <c>**</c> match no leading dot and no
/// slash. <c>**</c> as a whole component matches any number of folders, and does not follow links. Characters are those of UTF-8; a
/// byte that is not UTF-8 is a character of its own.</para>
/// <para>The time to match a name is bounded by its length times that of the pattern.</para>
/// </remarks>
public static class PathPattern
{
    /// <summary>Whether the text contains a pattern that is not quoted.</summary>
    public static bool IsPattern(string text) => IsPattern(Encoding.UTF8.GetBytes(text));

    /// <summary>Whether the text contains a pattern that is not quoted.</summary>
    public static bool IsPattern(ReadOnlySpan<byte> text)
    {
        List<PatternSymbol> symbols = PatternText.Read(text);
        return Braces.Expand(symbols) is not [var only] || only.Count != symbols.Count || only.Exists(PatternText.IsWildcard);
    }

    /// <summary>Finds the paths that match.</summary>
    /// <param name="root">Where the pattern begins.</param>
    /// <param name="pattern">The pattern.</param>
    /// <returns>
    /// Paths for <see cref="FileRoot.Locate"/>, sorted by their bytes; empty if nothing matches. An alternative of braces without a
    /// wildcard is returned whether it exists or not.
    /// </returns>
    /// <exception cref="FormatException">The braces have more than 1,000 alternatives, or more than 100,000 paths match.</exception>
    public static IReadOnlyList<byte[]> Expand(FileRoot root, string pattern) => Expand(root, Encoding.UTF8.GetBytes(pattern));

    /// <inheritdoc cref="Expand(FileRoot, string)"/>
    public static IReadOnlyList<byte[]> Expand(FileRoot root, ReadOnlySpan<byte> pattern)
    {
        ArgumentNullException.ThrowIfNull(root);
        var found = new SortedSet<byte[]>(ByteOrder.Instance);
        foreach (List<PatternSymbol> alternative in Braces.Expand(PatternText.Read(pattern)))
        {
            if (alternative.Exists(PatternText.IsWildcard))
                new PatternWalk(root, found).Expand(alternative);
            else
                found.Add(PatternText.ToPath(alternative));
        }

        return [.. found];
    }

    /// <summary>Removes the quotes of a text that is not a pattern.</summary>
    /// <returns>A path for <see cref="FileRoot.Locate"/>. A quoted <c>~</c> at the beginning becomes <c>./~</c>.</returns>
    public static byte[] Literal(string text) => Literal(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Literal(string)"/>
    public static byte[] Literal(ReadOnlySpan<byte> text) => PatternText.ToPath(PatternText.Read(text));
}
