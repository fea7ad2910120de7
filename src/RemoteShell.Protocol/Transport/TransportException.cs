namespace RemoteShell.Protocol.Transport;

/// <summary>No secure stream came about.</summary>
public sealed class TransportException(string message, Exception? inner = null) : RemoteShellException(message, inner);
