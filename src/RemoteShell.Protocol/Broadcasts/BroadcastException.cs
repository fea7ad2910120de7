namespace RemoteShell.Protocol.Broadcasts;

/// <summary>A signed request, a signed result, or a part of one is not valid.</summary>
public sealed class BroadcastException(string message, Exception? inner = null) : RemoteShellException(message, inner);
