using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>The server could not start a command that should run detached, or could not connect or listen.</summary>
public sealed class CommandNotStartedException : RemoteShellException
{
    internal CommandNotStartedException(ResultMessage result) : base($"the command could not be started: {result.Reason}")
        => ExitCode = result.Code;

    internal CommandNotStartedException(ResultMessage result, string message) : base(message)
        => (ExitCode, Fault) = (result.Code, result.Fault);

    /// <summary>127 if the program does not exist, otherwise 126.</summary>
    public int ExitCode { get; }

    // For a forwarded connection: one of ForwardFault, or null.
    internal string? Fault { get; }
}
