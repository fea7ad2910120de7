using System.Globalization;
using RemoteShell.Cli.Native;

namespace RemoteShell.Cli.Start;

/// <summary>The descriptors above 2 that the parent of this process left open.</summary>
/// <remarks>One that survived exec(2) is never close-on-exec, and the runtime's own always are.</remarks>
internal static class InheritedDescriptors
{
    private const int FirstOther = 3;

    /// <summary>Closes them, and puts /dev/null in place of 0 to 2, so that a long-lived process holds nothing of its parent's.</summary>
    public static void CloseAll()
    {
        int nowhere = DescriptorCalls.Open("/dev/null", DescriptorCalls.ReadWrite);
        for (int descriptor = 0; nowhere >= 0 && descriptor < FirstOther; descriptor++)
            _ = DescriptorCalls.Duplicate(nowhere, descriptor);
        string folder = OperatingSystem.IsLinux() ? "/proc/self/fd" : "/dev/fd";
        foreach (string path in Directory.GetFileSystemEntries(folder))
        {
            int descriptor = int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture);
            int flags = descriptor < FirstOther ? -1 : DescriptorCalls.Fcntl(descriptor, DescriptorCalls.GetFlags, 0);
            if (flags >= 0 && (flags & DescriptorCalls.CloseOnExec) == 0)
                _ = DescriptorCalls.Close(descriptor);
        }
    }
}
