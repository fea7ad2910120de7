using RemoteShell.Protocol;

namespace RemoteShell.Client;

/// <summary>The server's key is not known, or not the one that is known: nothing was sent to it.</summary>
public sealed class HostKeyException(string message) : RemoteShellException(message);
