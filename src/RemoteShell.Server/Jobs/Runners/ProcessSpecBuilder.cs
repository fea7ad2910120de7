using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Builds the process of a request: program, arguments, working directory and environment.</summary>
internal static class ProcessSpecBuilder
{
    /// <summary>Builds the process.</summary>
    /// <param name="exec">A valid request.</param>
    /// <param name="account">The user that the process runs as.</param>
    /// <param name="login">The environment that the request changes.</param>
    /// <exception cref="ProcessStartException">The working directory or the program does not exist; nothing ran.</exception>
    public static ProcessSpec Build(ExecRequest exec, Account account, IReadOnlyDictionary<string, string> login)
    {
        // A path that is not ASCII is resolved by the wrapper script, which can encode it.
        bool isFolderEncoded = exec.Encoding is not null && !Ascii.IsValid(exec.Cwd ?? "");
        string? encodedFolder = isFolderEncoded ? FromHome(exec.Cwd!) : null;
        string folder = FindFolder(isFolderEncoded ? null : exec.Cwd, account);
        var environment = new Dictionary<string, string>(login, StringComparer.Ordinal);
        foreach (string name in exec.Unset ?? [])
            environment.Remove(name);
        foreach ((string name, string value) in exec.Env ?? new Dictionary<string, string>())
            environment[name] = value;
        // The server finds the processes of a job by this variable, so no client can choose its value.
        foreach (string name in LoginEnvironment.Fixed.Where(login.ContainsKey))
            environment[name] = login[name];

        string path = environment.GetValueOrDefault("PATH", "");
        (string program, IReadOnlyList<string> arguments) = FindProgram(exec, account, path, folder);
        var plain = new ProcessSpec { Program = program, Arguments = arguments, WorkingDirectory = folder, Environment = environment };
        if (exec.Encoding is not { } encoding || ExecValidator.IsAscii(exec))
            return plain;
        return EncodedCommand.Of(plain, encodedFolder, exec.Env?.Keys ?? [], TextEncoding.GetStrict(encoding));
    }

    private static (string Program, IReadOnlyList<string> Arguments) FindProgram(
        ExecRequest exec, Account account, string path, string folder)
    {
        if (exec.Argv is { } argv)
        {
            // A path that is not ASCII is resolved by the wrapper script, which can encode it.
            bool isEncoded = exec.Encoding is not null && !Ascii.IsValid(argv[0]);
            return (isEncoded ? argv[0] : ProgramPath.Resolve(argv[0], path, folder), [.. argv.Skip(1)]);
        }

        CheckShell(account);
        if (exec.Conversation is { } kind)
        {
            ShellDialect dialect = ShellDialect.Of(account.Shell, kind);
            return (dialect.Program, dialect.Arguments);
        }

        if (exec.Shell)
            return (account.Shell, OperatingSystem.IsWindows() ? [] : ["-l"]);
        if (OperatingSystem.IsWindows())
            return (account.Shell, ["/d", "/s", "/c", exec.Command!]);
        return (account.Shell, ["-c", exec.Command!]);
    }

    // A message of our own in place of the one that nologin(8) prints on standard output.
    private static void CheckShell(Account account)
    {
        if (account.HasNoShell)
        {
            throw new ProcessStartException(
                126,
                $"{account.Shell}, the shell of the server's user '{account.Name}', runs no commands; "
                    + "start the server with: rsh-server run --shell /bin/sh");
        }

        if (!OperatingSystem.IsWindows() && ProgramPath.Fault(account.Shell) is { } fault)
            throw new ProcessStartException(126, $"{account.Shell}, the shell of the server's user '{account.Name}': {fault}");
    }

    private static string FindFolder(string? wanted, Account account)
    {
        string folder = Path.Combine(account.Home, Expand(wanted ?? "", account));
        if (WorkingFolder.Fault(folder) is not { } fault)
            return folder;
        // A service account often has a home that does not exist. As with sshd, its commands start in the root folder.
        if (string.IsNullOrEmpty(wanted) && !OperatingSystem.IsWindows())
            return "/";
        throw new ProcessStartException(126, $"{wanted ?? folder}: {fault}");
    }

    // The wrapper script starts in the home folder. The name of the home folder itself is the system's, and is not encoded.
    private static string FromHome(string path) => path.StartsWith("~/", StringComparison.Ordinal) ? path[2..] : path;

    private static string Expand(string path, Account account)
    {
        if (path == "~")
            return account.Home;
        return path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(account.Home, path[2..]) : path;
    }
}
