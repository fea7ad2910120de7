using System.Globalization;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Keeps the descriptors that the server was started with from its commands: a lock of a script, a pipe of a CI runner.</summary>
/// <remarks>.NET opens all of its own descriptors with close-on-exec. Those that the process inherited have no such flag.</remarks>
internal static class InheritedDescriptors
{
    // close_range(2), which has this number on every architecture, and CLOSE_RANGE_CLOEXEC.
    private const nint CloseRangeCall = 436, SetCloseOnExec = 4;

    private const int First = 3;

    /// <summary>Sets close-on-exec on every descriptor above 2.</summary>
    public static void Hide()
    {
        if (OperatingSystem.IsWindows())
            return;
        if (OperatingSystem.IsLinux()
            && ProcessCalls.SystemCall(CloseRangeCall, First, unchecked((nint)uint.MaxValue), SetCloseOnExec, 0, 0) == 0)
        {
            return;
        }

        // Before Linux 5.11 there is no such call, and no other system has it.
        HideEach(Directory.Exists("/proc/self/fd") ? "/proc/self/fd" : "/dev/fd");
    }

    /// <summary>Sets close-on-exec on each descriptor above 2 that the folder lists.</summary>
    internal static void HideEach(string folder)
    {
        foreach (string path in Directory.GetFileSystemEntries(folder))
        {
            // The descriptor of the listing itself is closed by now; then the call fails, and nothing happens.
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= First)
                _ = FileCalls.DeviceControl(number, FileCalls.CloseOnExecRequest);
        }
    }
}
