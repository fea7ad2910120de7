using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>The private folder in which the lines of conversations have their named pipes while they run.</summary>
/// <remarks>
/// It is in the state folder, which one server locks. So a server can delete what a killed one left, and no program that cleans /tmp
/// deletes what a line needs.
/// </remarks>
/// <param name="stateFolder">The server's state folder.</param>
internal sealed class LineFolder(string stateFolder)
{
    private readonly string _path = Path.Combine(stateFolder, "lines");

    /// <summary>Returns the path of a pipe. Creates the folder if it does not exist.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public string PathOf(string name)
    {
        PrivateFolder.Create(_path);
        return Path.Combine(_path, name);
    }

    /// <summary>Deletes the folder. The caller holds the lock of the state folder.</summary>
    public void Clear()
    {
        try
        {
            Directory.Delete(_path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It does not exist, or its pipes stay: each line has a name of its own.
        }
    }
}
