namespace RemoteShell.Server.Authentication;

/// <summary>A client's proof is not valid. The message says why, for people.</summary>
internal sealed class ProofException(string message) : Exception(message);
