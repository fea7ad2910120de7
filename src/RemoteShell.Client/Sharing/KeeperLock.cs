using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Sharing;

/// <summary>The right to keep a connection at a socket. One process has it; the system takes it back when the process ends.</summary>
internal sealed class KeeperLock : IDisposable
{
    private readonly FileStream _file;

    private KeeperLock(FileStream file) => _file = file;

    /// <summary>Takes the right, and makes the folder private; null if another process has it, or the folder cannot be written.</summary>
    public static KeeperLock? TryTake(string socket)
    {
        try
        {
            PrivateFolder.CreateOrRestrict(Path.GetDirectoryName(Path.GetFullPath(socket))!);
            return new(new FileStream($"{socket}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
