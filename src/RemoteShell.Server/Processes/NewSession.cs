using System.Runtime.InteropServices;

namespace RemoteShell.Server.Processes;

/// <summary>Puts a program into a session and process group of its own, by a small program that does so and then becomes it.</summary>
internal static partial class NewSession
{
    private static readonly string? Setsid = ProgramPath.Find("setsid", ProgramPath.SystemFolders);
    private static readonly string? Perl = ProgramPath.Find("perl", ProgramPath.SystemFolders);

    // What a platform lacks is said by the launchers' log line, not by each command.
    public static bool IsAvailable => Setsid is not null || Perl is not null;

    // setsid(1) execs in place, since a fresh child leads no group; macOS has no setsid(1), but perl.
    public static (string Program, IEnumerable<string> Arguments) Wrap(ProcessSpecification specification)
    {
        if (Setsid is not null)
            return (Setsid, [specification.Program, .. specification.Arguments]);
        if (Perl is not null)
            return (Perl, ["-MPOSIX=setsid", "-e", "setsid(); exec { $ARGV[0] } @ARGV or exit 127", specification.Program, .. specification.Arguments]);
        return (specification.Program, specification.Arguments);
    }

    /// <summary>Tells <paramref name="led"/> once the process leads its group, or is gone: a signal to the group before that would reach nobody, and be lost.</summary>
    /// <remarks>The framework returns when the small program is executed, a fraction of a millisecond before it has done its work. Nobody tells when it has.</remarks>
    public static async Task LedAsync(int pid, Task gone, Action<int> led)
    {
        while (IsAvailable && !gone.IsCompleted && GroupOf(pid) != pid)
            await Task.WhenAny(gone, Task.Delay(TimeSpan.FromMilliseconds(1)));
        led(pid);
    }

    [LibraryImport("libc", EntryPoint = "getpgid")]
    private static partial int GroupOf(int pid);
}
