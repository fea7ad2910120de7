using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Output;

/// <summary>What the client's exit status says: the remote command's own, or one of these.</summary>
internal static class ExitStatus
{
    /// <summary>A local file could not be written, or a remote one is not to be had.</summary>
    public const int Failed = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>Nobody reads the output any more; as a shell shows SIGPIPE.</summary>
    public const int BrokenPipe = 141;

    /// <summary>Ctrl+C twice; as a shell shows SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>The terminal is gone; as a shell shows SIGHUP.</summary>
    public const int HungUp = 129;

    /// <summary>No connection, not authorized, or the output could not be verified.</summary>
    public const int NoConnection = 255;

    /// <summary>The status of a failure.</summary>
    public static int Of(Exception e) => e switch
    {
        BrokenOutputException => BrokenPipe,
        OperationCanceledException => Interrupted,
        FormatException => Usage,
        CommandNotStartedException known => known.ExitCode,
        RequestRefusedException { Code: ErrorCode.BadRequest } => Usage,
        RemoteShellException known when known.GetType() == typeof(RemoteShellException) => Failed,
        _ => NoConnection,
    };

    /// <summary>The status of a command that ended. A system keeps eight bits of it, and a failure must not become 0 by that.</summary>
    public static int Of(CommandResult result) => result.ExitCode != 0 && (result.ExitCode & 0xFF) == 0 ? NoConnection : result.ExitCode & 0xFF;

    /// <summary>The outcome as a sentence; null for a command that simply exited.</summary>
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
            CommandOutcome.Lost => $"nobody knows how the command ended{because}",
            CommandOutcome.NeverStarted => $"the command could not be started{because}",
            _ => $"the command's outcome is '{result.OutcomeName}'{because}",
        };
    }
}
