namespace RemoteShell.Protocol.Transport;

/// <summary>The TLS handshake failed.</summary>
public sealed class TransportException(string message, Exception? inner = null) : RemoteShellException(message, inner);
