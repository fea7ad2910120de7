using RemoteShell.Files.Names;

namespace RemoteShell.Files.Folders;

/// <summary>A name in an open folder. What has the name may or may not exist.</summary>
/// <param name="Parent">The folder. It is closed with this place.</param>
/// <param name="Name">The name.</param>
internal sealed record EntryPlace(Folder Parent, FileName Name) : IDisposable
{
    public void Dispose() => Parent.Dispose();
}
