using System.Diagnostics;

namespace RemoteShell.Fleet.Runs;

/// <summary>Held by the client that runs a run. The system gives it back when that client ends, however it ends.</summary>
internal sealed class RunLock : IDisposable
{
    private const string Name = "lock";

    // EWOULDBLOCK; on Windows a sharing violation.
    private static readonly int Held = OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11;

    // A client that only asks holds the lock for a moment.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of a run; null if another client holds it.</summary>
    public static RunLock? Take(string folder)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryOpen(folder) is { } file)
                return new(file);
            if (Stopwatch.GetElapsedTime(start) > Limit)
                return null;
            Thread.Sleep(Pause);
        }
    }

    /// <summary>Whether a client holds the lock of a run.</summary>
    public static bool IsHeld(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Name)))
            return false;
        try
        {
            using FileStream? file = TryOpen(folder);
            return file is null;
        }
        catch (DirectoryNotFoundException)
        {
            // Another client has removed the run.
            return false;
        }
    }

    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(string folder)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new(Path.Combine(folder, Name), options);
        }
        catch (IOException e) when (e.HResult == Held)
        {
            return null;
        }
    }
}
