namespace RemoteShell.Server;

/// <summary>What a line of <c>authorized_keys</c> says about a request.</summary>
/// <param name="File">The path of the file.</param>
/// <param name="Line">The number of the line, counted from 1.</param>
/// <param name="Comment">The text behind the key; empty if there is none.</param>
/// <param name="IsAllowed">Whether the line permits the request.</param>
/// <param name="Reason">What decides, for people.</param>
public sealed record KeyExplanation(string File, int Line, string Comment, bool IsAllowed, string Reason)
{
    /// <summary>Whether the line counts for each client of the key, wherever it comes from, so that no later line does.</summary>
    public bool IsLast { get; init; }

    /// <summary>Whether the line admits no client at all: the key has expired there, or the line is not valid.</summary>
    public bool IsUnused { get; init; }
}
