using System.Runtime.InteropServices;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Puts a program into a session and process group of its own, through a small program that calls setsid(2) and then executes it.</summary>
/// <remarks>.NET 10 cannot do it while it starts a process. .NET 11 can: <c>ProcessStartInfo.StartDetached</c>.</remarks>
internal static partial class SetSid
{
    private static readonly string? Setsid = Helper() ?? ProgramPath.Find("setsid", ProgramPath.SystemFolders);

    private static readonly string? Perl = ProgramPath.Find("perl", ProgramPath.SystemFolders);

    /// <summary>Whether this system has any of the programs. The server warns at its start if it has none.</summary>
    public static bool IsAvailable => Setsid is not null || Perl is not null;

    /// <summary>The program to start instead, which becomes the one of the specification.</summary>
    /// <remarks>setsid(1) executes in place, since a new child leads no group. macOS has no setsid(1), but perl.</remarks>
    public static (string Program, IEnumerable<string> Arguments) Wrap(ProcessSpec specification)
    {
        if (Setsid is not null)
            return (Setsid, [specification.Program, .. specification.Arguments]);
        if (Perl is not null)
        {
            const string script = "setsid(); exec { $ARGV[0] } @ARGV or exit 127";
            return (Perl, ["-MPOSIX=setsid", "-e", script, specification.Program, .. specification.Arguments]);
        }

        return (specification.Program, specification.Arguments);
    }

    // Published beside the server by a native build on Linux; ten times as fast as setsid(1).
    private static string? Helper()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "rsh-setsid");
        return ProgramPath.IsExecutable(path) ? path : null;
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
