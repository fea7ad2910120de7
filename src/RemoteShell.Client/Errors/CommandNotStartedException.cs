using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>A command that was to be detached could not be started: nothing ran.</summary>
public sealed class CommandNotStartedException : RemoteShellException
{
    internal CommandNotStartedException(ResultMessage result) : base($"the command could not be started: {result.Reason}") => ExitCode = result.Code;

    /// <summary>127 where the program is not there, else 126.</summary>
    public int ExitCode { get; }
}
