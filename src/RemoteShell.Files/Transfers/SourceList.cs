using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>The sources of a transfer: those that were opened, and those that could not be.</summary>
/// <remarks>A transfer goes on without the latter.</remarks>
internal sealed class SourceList : IDisposable
{
    private static readonly FileName Unnamed = FileName.Of("source");

    private readonly List<TransferSource> _opened = [];
    private readonly List<FaultRecord> _faults = [];
    private FileException? _first;

    /// <summary>The sources that were opened.</summary>
    public IReadOnlyList<TransferSource> Opened => _opened;

    /// <summary>The faults of the others, for the receiver.</summary>
    public IReadOnlyList<FaultRecord> Faults => _faults;

    /// <summary>How many sources there are.</summary>
    public int Count => _opened.Count + _faults.Count;

    /// <summary>Whether one is the content of a folder.</summary>
    public bool HasContent => _opened.Exists(source => source.Name is null);

    /// <summary>Opens a path, or notes why that is not possible.</summary>
    /// <param name="root">Where the path begins.</param>
    /// <param name="path">The path.</param>
    /// <param name="followsLink">Whether a link is replaced by what it points to.</param>
    /// <returns>The source; null if it cannot be opened.</returns>
    public TransferSource? Add(FileRoot root, byte[] path, bool followsLink)
    {
        try
        {
            var source = TransferSource.Open(root, path, followsLink);
            _opened.Add(source);
            return source;
        }
        catch (FileException e)
        {
            AddFault(path, e);
            return null;
        }
    }

    /// <summary>Closes a source that may not be sent.</summary>
    public void Drop(TransferSource source)
    {
        _opened.Remove(source);
        source.Dispose();
    }

    /// <summary>Notes a source that cannot be sent.</summary>
    public void AddFault(ReadOnlySpan<byte> path, FileException fault)
    {
        _first ??= fault;
        ReadOnlySpan<byte> trimmed = path.TrimEnd((byte)'/');
        ReadOnlySpan<byte> last = trimmed[(trimmed.LastIndexOf((byte)'/') + 1)..];
        bool isNamed = FileName.IsValid(last);
        FileName name = isNamed ? FileName.Of(last) : Unnamed;
        _faults.Add(new() { Path = name.Escaped, Text = isNamed ? fault.Reason : fault.Message, FullPath = fault.Path });
    }

    /// <summary>Checks that there is something to send, or to tell: of several sources, each gets its own outcome.</summary>
    /// <exception cref="FileException">The only source could not be opened.</exception>
    public void RequireAny()
    {
        if (Count == 1 && _first is not null)
            throw _first;
    }

    /// <summary>Closes the folders.</summary>
    public void Dispose() => _opened.ForEach(source => source.Dispose());
}
