namespace RemoteShell.Client;

/// <summary>What an earlier process has received of a command, so that this one can resume it.</summary>
public sealed record ResumePoint
{
    /// <summary>The time since the earlier process may have sent the command first.</summary>
    /// <remarks>
    /// The server refuses a command that it does not know if it does not remember so far back. A value that is too large is safe; one
    /// that is too small may start the command twice.
    /// </remarks>
    public required TimeSpan Age { get; init; }

    /// <summary>The standard output that was received, from byte 0. Default: none.</summary>
    /// <remarks>The library reads it from its current position to its end. The caller disposes it.</remarks>
    public Stream? Output { get; init; }

    /// <summary>The standard error that was received, from byte 0. Default: none.</summary>
    /// <remarks>The library reads it from its current position to its end. The caller disposes it.</remarks>
    public Stream? Error { get; init; }
}
