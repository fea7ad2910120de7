using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Detached;

/// <summary>Wraps a detached command in a small shell, the supervisor, which survives the server and records the exit status.</summary>
/// <remarks>
/// The scripts are <c>supervisor.sh</c> and <c>leader.sh</c>. The supervisor is in a session of its own, and the command in another: a
/// signal to the command's group does not end its supervisor. The command writes straight into files. The supervisor reports to the server
/// by renaming empty files, as <see cref="JobFolder"/> explains. The first one is a lock: either the supervisor or the server gets it.
/// </remarks>
internal static class Supervisor
{
    private const string Shell = "/bin/sh";

    private static readonly string SupervisorScript = ReadScript("supervisor.sh");
    private static readonly string LeaderScript = ReadScript("leader.sh");
    private static readonly string Move = ProgramPath.Find("mv", ProgramPath.SystemFolders) ?? "mv";

    /// <summary>Returns the supervisor, which starts the command and waits for it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="folder">The job's folder.</param>
    public static ProcessSpec Wrap(ProcessSpec command, string folder)
    {
        ProcessSpec leader = command with
        {
            Program = Shell,
            Arguments = ["-c", LeaderScript, folder, Move, command.Program, .. command.Arguments],
        };
        (string program, IEnumerable<string> arguments) = SetSid.Wrap(leader);
        return command with { Program = Shell, Arguments = ["-c", SupervisorScript, "sh", folder, Move, program, .. arguments] };
    }

    private static string ReadScript(string name)
    {
        using Stream stream = typeof(Supervisor).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the resource {name} is missing");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
