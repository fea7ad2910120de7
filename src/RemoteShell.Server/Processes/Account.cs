using System.Globalization;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes;

/// <summary>The user that the server runs as.</summary>
/// <param name="Name">The login name; the number of the user if there is no name.</param>
/// <param name="Home">The home folder, which need not exist.</param>
/// <param name="Shell">The program that runs command lines.</param>
internal sealed record Account(string Name, string Home, string Shell)
{
    // Programs that stand in place of a login shell, and run no commands.
    private static readonly string[] NoShells = ["nologin", "false", "true", "sync", "halt", "shutdown"];

    /// <summary>Whether the shell is a program such as nologin(8), which runs no commands.</summary>
    public bool HasNoShell => NoShells.Contains(Path.GetFileName(Shell));

    /// <summary>The account of this process: from /etc/passwd, else from the environment.</summary>
    /// <param name="shell">The shell to use in place of the login shell; null for the login shell.</param>
    public static Account Current(string? shell = null)
    {
        string name = Environment.UserName;
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        if (OperatingSystem.IsWindows())
            return new(name, home, shell ?? Environment.GetEnvironmentVariable("ComSpec") ?? "cmd.exe");
        if (Entry(name) is { } entry)
            return new(name, entry[5], shell ?? (entry[6].Length > 0 ? entry[6] : "/bin/sh"));
        string inherited = Environment.GetEnvironmentVariable("SHELL") is { Length: > 0 } set ? set : "/bin/sh";
        // A container may run as a number that no user has.
        string shown = name.Length > 0 ? name : ProcessCalls.GetUser().ToString(CultureInfo.InvariantCulture);
        return new(shown, home.Length > 0 ? home : "/", shell ?? inherited);
    }

    // passwd(5): name, password, uid, gid, comment, home, shell. Users of a directory service are not in the file.
    private static string[]? Entry(string name)
    {
        const string users = "/etc/passwd";
        return name.Length > 0 && File.Exists(users)
            ? File.ReadLines(users).Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length >= 7 && fields[0] == name)
            : null;
    }
}
