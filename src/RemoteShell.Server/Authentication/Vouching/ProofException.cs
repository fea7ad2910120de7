namespace RemoteShell.Server.Authentication.Vouching;

/// <summary>A client's proof or invitation is not valid. The message says why, for people.</summary>
internal sealed class ProofException(string message) : Exception(message)
{
    /// <summary>What the user can do about it.</summary>
    public string Hint { get; init; } = "ask the server's administrator";
}
