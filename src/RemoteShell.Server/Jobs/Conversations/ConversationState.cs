using System.Text;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>The folder, the variables and the aliases of a conversation's shell, for a command on a terminal.</summary>
/// <param name="shell">The shell.</param>
internal sealed class ConversationState(ConversationShell shell)
{
    // In bytes: Linux takes at most 128 KiB in one argument.
    private const int MaxState = 120 * 1024;

    // The errors of the first part are those of variables that a shell sets itself and does not let others set. The terminal is another
    // one than that of the conversation, which has none. Only bash needs to be told to use aliases.
    private const string Script =
        "__rsh_term=${TERM-}; eval \"$1\" 2>/dev/null; TERM=$__rsh_term; export TERM; unset __rsh_term; "
        + "[ -z \"${BASH_VERSION-}\" ] || shopt -s expand_aliases; eval \"$2\"";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private string? _text;

    /// <summary>Asks the shell for its state, when no line runs.</summary>
    public async Task ReadAsync() => _text = await shell.CaptureAsync(shell.Dialect.PrintState, Patience);

    /// <summary>Sets the exit status that the next line finds in <c>$?</c>.</summary>
    public void SetStatus(int status) => shell.SetStatus(status);

    /// <summary>Returns the process that runs a command with the state.</summary>
    /// <exception cref="ProcessStartException">The state is not known, or too large.</exception>
    public ProcessSpec Apply(ProcessSpec spec, string command)
    {
        if (_text is null)
            throw new ProcessStartException(126, "the shell of the conversation did not tell its variables");
        if (Encoding.UTF8.GetByteCount(_text) > MaxState)
        {
            throw new ProcessStartException(
                126, $"the variables and functions of the conversation take more than {MaxState} bytes, so no other program can take them");
        }

        return spec with
        {
            Program = shell.Program,
            Arguments = ["-c", Script, Path.GetFileName(shell.Program), $"umask {_text}", command],
            WorkingDirectory = shell.SystemFolder() ?? spec.WorkingDirectory,
        };
    }
}
