using RemoteShell.Protocol;

namespace RemoteShell.Server.Processes;

/// <summary>The program could not be started; nothing ran.</summary>
internal sealed class ProcessStartException(int code, string message, Exception? inner = null) : RemoteShellException(message, inner)
{
    /// <summary>The exit status that a shell gives: 127 if the program does not exist, 126 if it cannot be run.</summary>
    public int Code { get; } = code;
}
