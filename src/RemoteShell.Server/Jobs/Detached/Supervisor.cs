using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Detached;

/// <summary>A small shell that starts a command for good: the command writes straight into files, and its exit status is kept, whatever becomes of the server.</summary>
/// <remarks>
/// The holder is in a session of its own, and the command in another: a signal to the command's group does not end its holder. What the
/// holder knows it says by renaming empty files, as a job's folder explains. The first of them is a door: only one of holder and server gets through.
/// </remarks>
internal static class Supervisor
{
    // $1 is the folder, $2 is mv(1), since the command's PATH may lead elsewhere, the rest is the command in a session of its own. No process is put into the background: a shell without
    // job control lets those ignore SIGINT. The command's environment is the shell's as well, so the shell's own variables have names that nobody gives. What the shell itself says of a signal is not the command's: so the files are opened by the leader. The last file is written empty once more for its time.
    private const string Script = """
        __rsh_dir=$1 __rsh_mv=$2; shift 2
        read -r __rsh_pid _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ __rsh_start _ </proc/self/stat || { __rsh_pid=$$; __rsh_start=; }
        "$__rsh_mv" "$__rsh_dir/ready" "$__rsh_dir/holder.$__rsh_pid.$__rsh_start" || exit 126
        exec </dev/null >/dev/null 2>&1
        "$@"
        __rsh_code=$?
        : >"$__rsh_dir/ends"
        "$__rsh_mv" "$__rsh_dir/ends" "$__rsh_dir/exit.$__rsh_code"
        """;

    // $0 is the folder, $1 is mv(1), the rest is the command.
    private const string Leader = """
        read -r __rsh_pid _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ __rsh_start _ </proc/self/stat || { __rsh_pid=$$; __rsh_start=; }
        "$1" "$0/leads" "$0/leader.$__rsh_pid.$__rsh_start"
        unset __rsh_pid __rsh_start
        shift
        exec "$@" >>"$0/stdout" 2>>"$0/stderr"
        """;

    private const string Shell = "/bin/sh";

    private static readonly string Move = ProgramPath.Find("mv", ProgramPath.SystemFolders) ?? "mv";

    /// <summary>The process that starts and holds the command.</summary>
    public static ProcessSpec Wrap(ProcessSpec command, string folder)
    {
        (string program, IEnumerable<string> arguments) = SetSid.Wrap(command with { Program = Shell, Arguments = ["-c", Leader, folder, Move, command.Program, .. command.Arguments] });
        return command with { Program = Shell, Arguments = ["-c", Script, "sh", folder, Move, program, .. arguments] };
    }
}
