using System.Diagnostics;
using System.Globalization;

namespace RemoteShell.EndToEnd.Survival;

/// <summary>A user who is not root and runs a server, from a copy of the programs that this user can read.</summary>
/// <remarks>The system counts the threads and processes of a user, and does not limit those of root.</remarks>
internal sealed class OtherUser : IDisposable
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder _copy = new();
    private readonly string _user;

    private OtherUser(string user) => _user = user;

    /// <summary>Why such a server cannot be started here; null if it can.</summary>
    public static string? Obstacle { get; }
        = OperatingSystem.IsLinux() && Environment.UserName == "root" && File.Exists("/usr/bin/setpriv")
            ? null
            : "needs Linux, root, and setpriv(1)";

    /// <summary>The threads of a process, by their names.</summary>
    public static string[] Threads(Process process)
        => [.. Directory.GetDirectories($"/proc/{process.Id}/task").Select(path => File.ReadAllText($"{path}/comm").Trim())];

    /// <summary>Makes keys, and gives the server's files and a copy of the programs to a user, who need not be in /etc/passwd.</summary>
    public static async Task<OtherUser> CreateAsync(Programs programs, int user)
    {
        var other = new OtherUser(user.ToString(CultureInfo.InvariantCulture));
        await programs.CreateKeysAsync();
        await programs.RunToolAsync("cp", "-r", Path.GetDirectoryName(Programs.ServerPath)!, other._copy["programs"]);
        await programs.RunToolAsync("chmod", "-R", "a+rX", other._copy["programs"]);
        await programs.RunToolAsync("chown", "-R", other._user, Path.Combine(programs.Home, "server"));
        foreach (string folder in (string[])[other._copy.Path, programs.Home])
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(folder, ForAll);
        }

        return other;
    }

    /// <summary>Starts a server as the user, and makes it known to the client.</summary>
    public async Task StartServerAsync(Programs programs, params string[] options)
    {
        await programs.StartServerThroughAsync(
            "setpriv", [.. AsUser, "env", "-u", "HOME", Program, "run", "--listen", "127.0.0.1:0", .. options]);
        Assert.Equal(0, (await programs.ClientAsync("run", "--accept-new", programs.Host, "/bin/echo", "known")).Status);
    }

    /// <summary>Sets the soft limit of threads and processes of the server's user.</summary>
    public Task SetLimitAsync(Programs programs, string limit) => programs.RunToolAsync(
        "setpriv", [.. AsUser, "prlimit", $"--pid={programs.Server.Id.ToString(CultureInfo.InvariantCulture)}", $"--nproc={limit}:"]);

    /// <summary>Runs a server that is expected to end, through a program that limits it.</summary>
    public Task<Output> RunServerAsync(Programs programs, params string[] through)
        => programs.RunAsync("/usr/bin/setpriv", [.. AsUser, .. through, Program, "run", "--listen", "127.0.0.1:0"], "");

    public void Dispose() => _copy.Dispose();

    private string Program => Path.Combine(_copy["programs"], "rsh-server");

    private string[] AsUser => ["--reuid", _user, "--regid", _user, "--clear-groups"];
}
