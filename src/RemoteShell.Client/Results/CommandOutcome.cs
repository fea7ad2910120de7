namespace RemoteShell.Client;

/// <summary>How a command ended; each command has exactly one outcome.</summary>
public enum CommandOutcome
{
    /// <summary>An outcome that this version does not know; <see cref="CommandResult.OutcomeName"/> is its word.</summary>
    Unknown,

    /// <summary>The command exited with an exit status.</summary>
    Exited,

    /// <summary>A signal that the server did not send on its own ended the command.</summary>
    Signaled,

    /// <summary>The command reached its timeout, and the server ended it.</summary>
    TimedOut,

    /// <summary>A client with the job's key ended the command.</summary>
    Killed,

    /// <summary>The server ended the command, by the policy that the reason names.</summary>
    KilledByPolicy,

    /// <summary>The command did not start, for the given reason.</summary>
    NeverStarted,

    /// <summary>The server does not know how the command ended, for the given reason.</summary>
    Lost,
}
