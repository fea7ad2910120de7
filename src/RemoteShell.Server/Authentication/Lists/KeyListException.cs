namespace RemoteShell.Server.Authentication.Lists;

/// <summary>A list of keys cannot be used, so the server refuses all clients. The message says why, for the log.</summary>
internal sealed class KeyListException(string message, Exception? inner = null) : Exception(message, inner);
