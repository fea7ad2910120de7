using System.Globalization;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>The private folder in which conversations have the named pipes of their lines.</summary>
/// <remarks>
/// It is in the state folder, which one server locks. So a server can delete what a killed one left, and no program that cleans /tmp
/// deletes what a line needs.
/// </remarks>
/// <param name="stateFolder">The server's state folder.</param>
internal sealed class LineFolder(string stateFolder)
{
    private readonly string _path = Path.Combine(stateFolder, "lines");

    // A shell of a server that was killed must not write to the pipe of another conversation.
    private readonly string _start = Random.Shared.GetString("abcdefghijklmnopqrstuvwxyz", 3);
    private int _pipes;

    /// <summary>Returns the path of a new pipe. Creates the folder if it does not exist.</summary>
    /// <remarks>The name is short: a shell reads the path with each line, one byte at a time.</remarks>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public string NextPath()
    {
        PrivateFolder.Create(_path);
        return Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{_start}{Interlocked.Increment(ref _pipes)}"));
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
            // It does not exist, or its pipes stay: the names of the new ones are others.
        }
    }
}
