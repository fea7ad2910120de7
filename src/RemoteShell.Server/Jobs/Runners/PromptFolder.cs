using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>The folder in which a line of a prompt leaves its state, for as long as the line runs.</summary>
/// <remarks>
/// It is in the state folder, which one server locks. So a server can delete what a killed one left, and no program that cleans /tmp
/// deletes what a line needs.
/// </remarks>
/// <param name="stateFolder">The server's state folder.</param>
internal sealed class PromptFolder(string stateFolder)
{
    private readonly string _path = Path.Combine(stateFolder, "prompt");

    /// <summary>Returns the path of a job's file. Creates the folder if it does not exist.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public string FileOf(string job)
    {
        PrivateFolder.Create(_path);
        return Path.Combine(_path, job);
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
            // It does not exist, or its files stay: each line of a prompt has a name of its own.
        }
    }
}
