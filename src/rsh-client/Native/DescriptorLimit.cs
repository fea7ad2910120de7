using System.Runtime.InteropServices;

namespace RemoteShell.Cli.Client.Native;

/// <summary>How many files this process may open at once.</summary>
internal static partial class DescriptorLimit
{
    // RLIMIT_NOFILE
    private static readonly int Resource = OperatingSystem.IsMacOS() ? 8 : 7;

    /// <summary>The limit, as <c>ulimit -n</c> shows it; the largest number if there is none.</summary>
    public static int Current
    {
        get
        {
            Span<nuint> limits = stackalloc nuint[2];
            return !OperatingSystem.IsWindows() && GetLimit(Resource, limits) == 0 && limits[0] < int.MaxValue
                ? (int)limits[0]
                : int.MaxValue;
        }
    }

    // The limit in force, and the highest that may be set.
    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, Span<nuint> limits);
}
