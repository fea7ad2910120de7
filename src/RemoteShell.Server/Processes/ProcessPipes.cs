namespace RemoteShell.Server.Processes;

/// <summary>Who feeds and who empties the three pipes of a process. Each is called once, and the launcher closes the pipe when it returns.</summary>
internal sealed record ProcessPipes
{
    /// <summary>Writes the process's standard input, until its end or until the token says that the process is gone; absent: the process reads an empty one.</summary>
    public Func<Stream, CancellationToken, Task>? Input { get; init; }

    /// <summary>Reads standard output until its end. The token says that the process is gone, and that what still holds the pipe need not be waited for.</summary>
    public required Func<Stream, CancellationToken, Task> Output { get; init; }

    /// <summary>Reads standard error, as <see cref="Output"/>.</summary>
    public required Func<Stream, CancellationToken, Task> Error { get; init; }
}
