using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Output;

/// <summary>The client's exit status: that of the remote command, or one of these.</summary>
internal static class ExitStatus
{
    /// <summary>
    /// Of a subcommand that does not run a command: the server refused the request, or a local file cannot be read or written.
    /// </summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The reader of the output is gone: the status that a shell shows for SIGPIPE.</summary>
    public const int BrokenPipe = 141;

    /// <summary>Ctrl+C twice: the status that a shell shows for SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM to this program: the status that a shell shows for it.</summary>
    public const int Terminated = 143;

    /// <summary>The terminal is gone: the status that a shell shows for SIGHUP.</summary>
    public const int HungUp = 129;

    /// <summary>No connection, not authorized, or the output could not be verified.</summary>
    /// <remarks>For a subcommand that runs a command, any failure of the client.</remarks>
    public const int NoConnection = 255;

    /// <summary>The status of a failure of a subcommand whose status otherwise is that of a command: the first line that matches.</summary>
    /// <remarks>Commands rarely end with it, so that a script can tell the two apart.</remarks>
    public static int Of(Exception e) => e switch
    {
        BrokenOutputException => BrokenPipe,
        OperationCanceledException => Interrupted,
        FormatException => Usage,
        CommandNotStartedException known => known.ExitCode,
        RequestRefusedException { Code: ErrorCode.BadRequest } => Usage,
        _ => NoConnection,
    };

    /// <summary>The status of a failure of a subcommand that does not run a command: a refusal is an answer.</summary>
    public static int OfRequest(Exception e) => e switch
    {
        RequestRefusedException { Code: ErrorCode.BadRequest } => Usage,
        RequestRefusedException or FileRequestException => Failed,
        // A local file: what concerns the connection has a type of its own.
        IOException or UnauthorizedAccessException => Failed,
        RemoteShellException when e.GetType() == typeof(RemoteShellException) => Failed,
        _ => Of(e),
    };

    /// <summary>The status of a command that ended. The system keeps its lower eight bits; a failure must not become 0 by that.</summary>
    public static int Of(CommandResult result)
    {
        int kept = result.ExitCode & 0xFF;
        return result.ExitCode != 0 && kept == 0 ? NoConnection : kept;
    }

    /// <summary>The outcome as a sentence; null if the command simply exited.</summary>
    public static string? Sentence(CommandResult result)
    {
        string because = result.Reason is { } reason ? $": {reason}" : "";
        return result.Outcome switch
        {
            CommandOutcome.Exited => null,
            CommandOutcome.Signaled => $"the command was ended by signal {result.Signal}",
            CommandOutcome.TimedOut => $"the command was ended{because}",
            CommandOutcome.Killed => $"the command was ended by its owner{because}",
            CommandOutcome.KilledByPolicy => $"the server ended the command{because}",
            CommandOutcome.Lost => $"it is not known how the command ended{because}",
            CommandOutcome.NeverStarted => $"the command could not be started{because}",
            _ => $"the command's outcome is '{result.OutcomeName}'{because}",
        };
    }
}
