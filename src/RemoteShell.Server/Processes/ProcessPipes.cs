namespace RemoteShell.Server.Processes;

/// <summary>Writes and reads the three pipes of a process.</summary>
/// <remarks>The launcher calls each delegate once, and closes the pipe when the delegate returns.</remarks>
internal sealed record ProcessPipes
{
    /// <summary>Writes standard input, to its end or until the token says that the process is gone.</summary>
    /// <remarks>Null: the process reads an empty input.</remarks>
    public Func<Stream, CancellationToken, Task>? Input { get; init; }

    /// <summary>Reads standard output to its end.</summary>
    /// <remarks>The token says that the process is gone: do not wait for another process that still holds the pipe open.</remarks>
    public required Func<Stream, CancellationToken, Task> Output { get; init; }

    /// <summary>Reads standard error, like <see cref="Output"/>.</summary>
    public required Func<Stream, CancellationToken, Task> Error { get; init; }

    /// <summary>Enlarges the pipe, lets <see cref="Output"/> read it, then closes it.</summary>
    public Task ReadOutputAsync(Stream pipe, CancellationToken gone) => ReadAsync(pipe, Output, gone);

    /// <summary>Enlarges the pipe, lets <see cref="Error"/> read it, then closes it.</summary>
    public Task ReadErrorAsync(Stream pipe, CancellationToken gone) => ReadAsync(pipe, Error, gone);

    /// <summary>Enlarges the pipe, lets <see cref="Input"/> write it, then closes it.</summary>
    /// <remarks>A process may stop reading its input at any time.</remarks>
    public async Task FeedAsync(Stream pipe, CancellationToken gone)
    {
        try
        {
            await using (pipe)
            {
                if (Input is not null)
                {
                    PipeSize.Enlarge(pipe);
                    await Input(pipe, gone);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The process has closed its end (head does), or has exited.
        }
    }

    private static async Task ReadAsync(Stream pipe, Func<Stream, CancellationToken, Task> reader, CancellationToken gone)
    {
        await using (pipe)
        {
            PipeSize.Enlarge(pipe);
            await reader(pipe, gone);
        }
    }
}
