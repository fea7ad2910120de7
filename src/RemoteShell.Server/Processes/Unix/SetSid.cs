using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Puts a program into a session and process group of its own, through a small program that calls setsid(2).</summary>
/// <remarks>.NET 10 cannot do it while it starts a process. .NET 11 can: <c>ProcessStartInfo.StartDetached</c>.</remarks>
internal static class SetSid
{
    private const string PerlScript = "setsid(); exec { $ARGV[0] } @ARGV or exit 127";

    /// <summary>The server's own small program; null where it is not installed.</summary>
    public static string? Helper { get; } = FindHelper();

    private static readonly string? Setsid = Helper ?? ProgramPath.Find("setsid", ProgramPath.SystemFolders);

    private static readonly string? Perl = ProgramPath.Find("perl", ProgramPath.SystemFolders);

    /// <summary>Whether this system has any of the programs. The server warns at its start if it has none.</summary>
    public static bool IsAvailable => Setsid is not null || Perl is not null;

    /// <summary>Returns the program to start instead, which becomes the program of the specification.</summary>
    /// <remarks>setsid(1) executes in place, since a new child does not lead a group. macOS has perl, but not setsid(1).</remarks>
    public static (string Program, IEnumerable<string> Arguments) Wrap(ProcessSpec spec)
    {
        if (Setsid is not null)
            return (Setsid, [spec.Program, .. spec.Arguments]);
        if (Perl is not null)
            return (Perl, ["-MPOSIX=setsid", "-e", PerlScript, spec.Program, .. spec.Arguments]);
        return (spec.Program, spec.Arguments);
    }

    /// <summary>Returns the process id once the process leads its group, or is gone. A signal to the group before that is lost.</summary>
    /// <remarks>
    /// .NET returns when the small program is executed, a fraction of a millisecond before it has called setsid(2). The system does not
    /// report when it has, so this asks each ms.
    /// </remarks>
    public static async Task<int> LedAsync(int pid, Task gone)
    {
        while (IsAvailable && !gone.IsCompleted && ProcessCalls.GetGroup(pid) != pid)
            await Task.WhenAny(gone, Task.Delay(TimeSpan.FromMilliseconds(1)));
        return pid;
    }

    // A native build on Linux publishes it beside the server; it is ten times as fast as setsid(1).
    private static string? FindHelper()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "rsh-setsid");
        return ProgramPath.IsExecutable(path) ? path : null;
    }
}
