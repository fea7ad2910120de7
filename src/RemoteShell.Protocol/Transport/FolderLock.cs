using System.Diagnostics;
using System.Runtime.InteropServices;
using RemoteShell.Protocol.Native;

namespace RemoteShell.Protocol.Transport;

/// <summary>Keeps other processes and threads from changing the private files of a folder at the same time.</summary>
/// <remarks>
/// It locks the folder and not a file: a file may be replaced, and the framework itself locks the files that it opens, so that a reader
/// would fail. On Windows an open file excludes other writers.
/// </remarks>
internal sealed class FolderLock : IDisposable
{
    // A change takes milliseconds. A process that was stopped in the middle must not make others wait for ever.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(20);

    // LOCK_EX | LOCK_NB
    private const int ExclusiveNow = 2 | 4;

    // O_RDONLY | O_CLOEXEC
    private static readonly int Flags = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    // EWOULDBLOCK, EINTR
    private static readonly int Held = OperatingSystem.IsMacOS() ? 35 : 11;
    private const int Interrupted = 4;

    private readonly int _descriptor;

    private FolderLock(int descriptor) => _descriptor = descriptor;

    /// <summary>Waits for the lock of the folder that holds the file. A file system without locks gives none.</summary>
    /// <exception cref="PrivateFileException">Another process held the lock for 10 s.</exception>
    public static FolderLock Take(string path)
    {
        if (OperatingSystem.IsWindows())
            return new(-1);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        int descriptor = LibC.Open(folder, Flags);
        var taken = new FolderLock(descriptor);
        long start = Stopwatch.GetTimestamp();
        TimeSpan pause = MinPause;
        while (descriptor >= 0 && LibC.Lock(descriptor, ExclusiveNow) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Held && error != Interrupted)
                break;
            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                taken.Dispose();
                throw new PrivateFileException($"another process has {folder} locked, and {path} cannot be changed")
                {
                    Hint = "find that process with: fuser -v on the folder",
                };
            }

            Thread.Sleep(pause);
            pause = pause * 2 < MaxPause ? pause * 2 : MaxPause;
        }

        return taken;
    }

    public void Dispose()
    {
        // Closing the only descriptor of the lock gives it back.
        if (_descriptor >= 0)
            _ = LibC.Close(_descriptor);
    }
}
