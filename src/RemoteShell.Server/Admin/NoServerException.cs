using RemoteShell.Protocol;

namespace RemoteShell.Server.Admin;

/// <summary>No server runs with the state folder.</summary>
internal sealed class NoServerException(string message, Exception cause) : RemoteShellException(message, cause);
