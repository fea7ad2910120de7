using RemoteShell.Files.Folders;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Follows the records of a sender, to know when it has named everything. One caller at a time.</summary>
/// <param name="sources">How many sources there are; 0: not known.</param>
internal sealed class NamedSources(int sources)
{
    // The sources that were named, or could not be sent, and the folders among them that have not ended.
    private int _named, _open;

    /// <summary>Whether all sources were named, and all that is in their folders.</summary>
    public bool IsAll => sources > 0 && _named >= sources && _open <= 0;

    /// <summary>Notes a record.</summary>
    public void Take(TransferRecord record)
    {
        switch (record)
        {
            case EntryRecord entry when IsSource(entry.Path):
                _named++;
                _open += entry.Kind == nameof(EntryKind.Folder) ? 1 : 0;
                break;
            case FaultRecord { IsFolder: false } fault when IsSource(fault.Path):
                _named++;
                break;
            case EndOfFolderRecord end when IsSource(end.Path):
                _open--;
                break;
        }
    }

    private static bool IsSource(string path) => !path.Contains('/', StringComparison.Ordinal);
}
