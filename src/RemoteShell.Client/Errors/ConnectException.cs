using RemoteShell.Protocol;

namespace RemoteShell.Client;

/// <summary>The server could not be reached, or did not answer as a server of this kind.</summary>
public sealed class ConnectException(string message, Exception? inner = null) : RemoteShellException(message, inner);
