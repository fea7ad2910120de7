namespace RemoteShell.Protocol.Transport;

/// <summary>A private file is missing, damaged, or open to other users.</summary>
public sealed class PrivateFileException(string message, Exception? inner = null) : RemoteShellException(message, inner);
