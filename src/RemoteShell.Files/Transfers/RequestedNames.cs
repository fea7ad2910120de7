using RemoteShell.Files.Matching;
using RemoteShell.Files.Names;
using RemoteShell.Files.Patterns;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>The names that a client has asked for: the last parts of its paths and patterns. A server must not send others.</summary>
internal sealed class RequestedNames
{
    private readonly List<PatternComponent> _names = [];

    private RequestedNames()
    {
    }

    /// <summary>Whether the content of a folder was asked for: a path ends with <c>.</c> or <c>..</c>, or is a home folder.</summary>
    public bool MayBeContent { get; private set; }

    /// <summary>Reads paths and patterns.</summary>
    /// <exception cref="FormatException">The braces of a pattern have too many alternatives.</exception>
    public static RequestedNames Of(IReadOnlyList<byte[]> paths)
    {
        var requested = new RequestedNames();
        foreach (List<PatternSymbol> path in paths.SelectMany(path => Braces.Expand(PatternText.Read(path))))
            requested.Add(path);
        return requested;
    }

    /// <summary>Checks the path of an entry.</summary>
    /// <exception cref="RecordException">Its first name was not asked for.</exception>
    public void Require(RelativePath sent)
    {
        if (sent.IsEmpty || !_names.Exists(asked => IsMatch(asked, sent.Names[0])))
            throw new RecordException($"the entry '{sent.Escaped}', which was not asked for");
    }

    private static bool IsMatch(PatternComponent asked, FileName name)
    {
        if (asked.IsAnyFolders)
            return true;
        return asked.IsLiteral ? name.Bytes.SequenceEqual(asked.Literal) : asked.IsMatch(name);
    }

    private void Add(List<PatternSymbol> path)
    {
        int end = path.Count;
        while (end > 0 && path[end - 1].Symbol == '/')
            end--;
        int start = end;
        while (start > 0 && path[start - 1].Symbol != '/')
            start--;
        PatternComponent last = PatternComponent.Of(path[start..end]);
        bool isHome = start == 0 && path is [] or [{ IsActive: true, Symbol: '~' }, ..];
        MayBeContent |= last.IsLiteral && (isHome || last.Literal is [] or [(byte)'.'] or [(byte)'.', (byte)'.']);
        _names.Add(last);
    }
}
