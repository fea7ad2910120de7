using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>Makes the two <c>struct timespec</c> of utimensat(2).</summary>
internal static class Times
{
    /// <summary>Leaves the last access, and sets the last modification.</summary>
    public static long[] Of(FileTime modified) => [0, Flags.OmitTime, modified.Seconds, modified.Nanoseconds];
}
