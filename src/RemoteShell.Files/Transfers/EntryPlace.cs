using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Transfers;

/// <summary>Where an entry goes.</summary>
/// <param name="Parent">The open folder. The owner disposes it.</param>
/// <param name="Name">The name in the folder.</param>
internal sealed record EntryPlace(Folder Parent, FileName Name) : IDisposable
{
    public void Dispose() => Parent.Dispose();
}
