using RemoteShell.Files.Names;

namespace RemoteShell.Files.Trees;

/// <summary>Decides what a walk leaves out, by lines in the syntax of <c>.gitignore</c>. The last line that matches decides.</summary>
/// <remarks><c>!x</c> includes again what a line before it excludes, but not below a folder that is excluded.</remarks>
public sealed class TreeFilter
{
    private readonly IgnoreRule[] _rules;

    private TreeFilter(IgnoreRule[] rules) => _rules = rules;

    /// <summary>A filter that excludes nothing.</summary>
    public static TreeFilter None { get; } = new([]);

    /// <summary>Creates a filter. Empty lines and those that begin with <c>#</c> have no effect.</summary>
    public static TreeFilter Of(IEnumerable<string> gitignoreLines)
    {
        ArgumentNullException.ThrowIfNull(gitignoreLines);
        return new([.. gitignoreLines.Select(IgnoreRule.TryParse).OfType<IgnoreRule>()]);
    }

    /// <summary>Whether a path is left out, by itself or with a folder above it.</summary>
    /// <param name="path">The path from the top of the walk. The top itself is never left out.</param>
    /// <param name="isFolder">Whether the path is a folder. A link to a folder is not.</param>
    public bool Excludes(RelativePath path, bool isFolder)
    {
        ArgumentNullException.ThrowIfNull(path);
        for (RelativePath part = path; _rules.Length > 0 && !part.IsEmpty; part = part.Parent)
        {
            if (ExcludesItself(part, isFolder || !ReferenceEquals(part, path)))
                return true;
        }

        return false;
    }

    /// <summary>Whether a path is left out, if no folder above it is.</summary>
    internal bool ExcludesItself(RelativePath path, bool isFolder)
    {
        if (_rules.Length == 0 || path.IsEmpty)
            return false;
        int[] whole = IgnoreRule.Symbols(path.ToBytes()), name = IgnoreRule.Symbols(path.Name.Bytes);
        for (int i = _rules.Length - 1; i >= 0; i--)
        {
            if (_rules[i].IsMatch(whole, name, isFolder))
                return _rules[i].IsExclusion;
        }

        return false;
    }
}
