namespace RemoteShell.Protocol.Transport;

/// <summary>A file that trust rests on is missing, damaged, or open to others.</summary>
public sealed class PrivateFileException(string message, Exception? inner = null) : RemoteShellException(message, inner);
