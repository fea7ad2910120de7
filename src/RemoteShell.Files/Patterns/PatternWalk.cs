using RemoteShell.Files.Folders;
using RemoteShell.Files.Matching;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Patterns;

/// <summary>Finds the paths that match one alternative of a pattern. A folder that cannot be read matches nothing, as in a shell.</summary>
internal sealed class PatternWalk(FileRoot root, SortedSet<byte[]> found)
{
    private const int MaxPaths = 100_000;

    // With several '**' a path is reached in many ways, but its entries are read once for each component.
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Adds the paths that match.</summary>
    public void Expand(List<PatternSymbol> pattern)
    {
        List<PatternComponent> components = Split(pattern);
        byte[] start = pattern is [{ Symbol: '/' }, ..] ? "/"u8.ToArray() : [];
        // A path and the component that its entries must match next. The last paths on the stack come first.
        var open = new Stack<(byte[] Path, int Component)>();
        open.Push((start, 0));
        while (open.TryPop(out (byte[] Path, int Component) next))
        {
            if (!_seen.Add($"{next.Component} {Convert.ToHexString(next.Path)}"))
                continue;
            if (next.Component == components.Count)
                Add(next.Path);
            else if (components[next.Component].IsLiteral)
                Descend(next.Path, components, next.Component, open, IsQuotedTilde(pattern));
            else
                Match(next.Path, components, next.Component, open);
        }
    }

    private static bool IsQuotedTilde(List<PatternSymbol> pattern) => pattern is [{ IsActive: false, Symbol: '~' }, ..];

    private static List<PatternComponent> Split(List<PatternSymbol> pattern)
    {
        var components = new List<PatternComponent>();
        int start = 0;
        for (int at = 0; at <= pattern.Count; at++)
        {
            if (at < pattern.Count && pattern[at].Symbol != '/')
                continue;
            // An empty component at the end stays: only folders match before it.
            if (at > start || (at == pattern.Count && components.Count > 0))
                components.Add(PatternComponent.Of(pattern[start..at]));
            start = at + 1;
        }

        return components;
    }

    private static byte[] Join(byte[] path, ReadOnlySpan<byte> name)
    {
        if (path.Length == 0)
            return name.StartsWith("~"u8) ? [.. "./"u8, .. name] : name.ToArray();
        return path[^1] == '/' ? [.. path, .. name] : [.. path, (byte)'/', .. name];
    }

    private void Add(byte[] path)
    {
        found.Add(path);
        if (found.Count > MaxPaths)
            throw new FormatException("more than 100,000 paths match the pattern");
    }

    // Appends a literal component. What comes after a wildcard must exist; before the first one, opening the folder tells.
    private void Descend(
        byte[] path, List<PatternComponent> components, int at, Stack<(byte[] Path, int Component)> open, bool isQuotedTilde)
    {
        byte[] literal = components[at].Literal;
        bool isFirst = at == 0 && path.Length == 0 && !isQuotedTilde;
        byte[] next = isFirst ? literal : Join(path, literal);
        bool isLast = at + 1 == components.Count;
        if (!isLast || Exists(next))
            open.Push((next, at + 1));
    }

    private void Match(byte[] path, List<PatternComponent> components, int at, Stack<(byte[] Path, int Component)> open)
    {
        Folder? opened = TryOpen(path);
        if (opened is null)
            return;
        using Folder folder = opened;
        PatternComponent component = components[at];
        bool isLast = at + 1 == components.Count;
        // '**' also matches no folder at all. At the end it matches entries, so not the folder itself.
        if (component.IsAnyFolders && !isLast)
            open.Push((path, at + 1));
        foreach (FileName name in TryRead(folder))
        {
            byte[] next = Join(path, name.Bytes);
            if (!component.IsAnyFolders)
            {
                if (component.IsMatch(name))
                    open.Push((next, at + 1));
                continue;
            }

            if (name.Bytes[0] == '.')
                continue;
            if (isLast)
                Add(next);
            if (IsFolder(folder, name))
                open.Push((next, at));
        }
    }

    private Folder? TryOpen(byte[] path)
    {
        try
        {
            return root.OpenFolder(path);
        }
        catch (FileException)
        {
            return null;
        }
    }

    private static IEnumerable<FileName> TryRead(Folder folder)
    {
        using IEnumerator<FileName> names = folder.ReadNames().GetEnumerator();
        while (TryMove(names))
            yield return names.Current;
    }

    private static bool TryMove(IEnumerator<FileName> names)
    {
        try
        {
            return names.MoveNext();
        }
        catch (FileException)
        {
            return false;
        }
    }

    private static bool IsFolder(Folder folder, FileName name)
    {
        try
        {
            return folder.TryStat(name)?.Kind == EntryKind.Folder;
        }
        catch (FileException)
        {
            return false;
        }
    }

    private bool Exists(byte[] path)
    {
        try
        {
            using FileLocation location = root.Locate(path);
            return path[^1] == '/' ? location.TryStatTarget()?.Kind == EntryKind.Folder : location.TryStat() is not null;
        }
        catch (FileException)
        {
            return false;
        }
    }
}
