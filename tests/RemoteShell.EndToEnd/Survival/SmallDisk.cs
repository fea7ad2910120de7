using System.Diagnostics;

namespace RemoteShell.EndToEnd.Survival;

/// <summary>A small file system in memory, by default of 1 MiB.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallDisk()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder.Path;

    /// <summary>Mounts it; null if this user cannot mount file systems here.</summary>
    /// <param name="size">The size, as mount(8) writes it.</param>
    public static SmallDisk? TryMount(string size = "1m")
    {
        var disk = new SmallDisk();
        bool isRoot = OperatingSystem.IsLinux() && Environment.UserName == "root";
        if (isRoot && Run("mount", "-t", "tmpfs", "-o", $"size={size}", "rsh-test", disk.Path))
            return disk;
        disk._folder.Dispose();
        return null;
    }

    /// <summary>Fills the disk to its last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(_folder["filler"], FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // The disk is full.
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(_folder["filler"]);

    /// <summary>Makes the disk larger.</summary>
    public void Grow(string size) => Assert.True(Run("mount", "-o", $"remount,size={size}", Path));

    /// <summary>Makes the disk read-only, or writable again: <c>ro</c> or <c>rw</c>.</summary>
    public void Remount(string mode) => Assert.True(Run("mount", "-o", $"remount,{mode}", Path));

    public void Dispose()
    {
        _ = Run("umount", Path);
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
