namespace RemoteShell.Server.Processes;

/// <summary>A small shell that starts a command for good: the command writes straight into files, and its exit status is kept, whatever becomes of the server.</summary>
/// <remarks>
/// The holder is in a session of its own, and the command in another: a signal to the command's group does not end its holder. What the
/// holder knows it says by renaming empty files, as a job's folder explains. The first of them is a door: only one of holder and server gets through.
/// </remarks>
internal static class Holder
{
    // $1 is the folder, $2 is mv(1), since the command's PATH may lead elsewhere, the rest is the command in a session of its own. No process is put into the background: a shell without
    // job control lets those ignore SIGINT. What the shell itself says of a signal is not the command's. The last file is written empty once more for its time.
    private const string Script = """
        dir=$1 mv=$2; shift 2
        read -r p _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ t _ </proc/self/stat || { p=$$; t=; }
        "$mv" "$dir/ready" "$dir/holder.$p.$t" || exit 126
        exec </dev/null >/dev/null 2>&1
        "$@" >>"$dir/stdout" 2>>"$dir/stderr"
        code=$?
        : >"$dir/ends"
        "$mv" "$dir/ends" "$dir/exit.$code"
        """;

    // $0 is the folder, $1 is mv(1), the rest is the command.
    private const string Leader = """
        read -r p _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ t _ </proc/self/stat || { p=$$; t=; }
        "$1" "$0/leads" "$0/leader.$p.$t"
        shift
        exec "$@"
        """;

    private const string Shell = "/bin/sh";

    private static readonly string Move = ProgramPath.Find("mv", ProgramPath.SystemFolders) ?? "mv";

    /// <summary>The process that starts and holds the command.</summary>
    public static ProcessSpecification Wrap(ProcessSpecification command, string folder)
    {
        (string program, IEnumerable<string> arguments) = NewSession.Wrap(command with { Program = Shell, Arguments = ["-c", Leader, folder, Move, command.Program, .. command.Arguments] });
        return command with { Program = Shell, Arguments = ["-c", Script, "sh", folder, Move, program, .. arguments] };
    }
}
