using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>The server could not start a command that should run detached.</summary>
public sealed class CommandNotStartedException : RemoteShellException
{
    internal CommandNotStartedException(ResultMessage result) : base($"the command could not be started: {result.Reason}")
        => ExitCode = result.Code;

    /// <summary>127 if the program does not exist, otherwise 126.</summary>
    public int ExitCode { get; }
}
