using RemoteShell.Protocol;

namespace RemoteShell.Server.Processes;

/// <summary>The program could not be started, and nothing ran.</summary>
internal sealed class ProcessStartException(int code, string message, Exception? inner = null) : RemoteShellException(message, inner)
{
    /// <summary>The exit status that a shell gives: 127 for a program that is not there, 126 for one that cannot be run.</summary>
    public int Code { get; } = code;
}
