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

    /// <summary>Lets each have its pipe, larger than the system makes it, and closes it behind them.</summary>
    public Task ServeAsync(Stream input, Stream output, Stream error, CancellationToken gone)
        => Task.WhenAll(ReadAsync(output, Output, gone), ReadAsync(error, Error, gone), FeedAsync(input, Input, gone));

    private static async Task ReadAsync(Stream pipe, Func<Stream, CancellationToken, Task> reader, CancellationToken gone)
    {
        await using (pipe)
        {
            PipeSize.Enlarge(pipe);
            await reader(pipe, gone);
        }
    }

    private static async Task FeedAsync(Stream pipe, Func<Stream, CancellationToken, Task>? writer, CancellationToken gone)
    {
        try
        {
            await using (pipe)
            {
                if (writer is not null)
                {
                    PipeSize.Enlarge(pipe);
                    await writer(pipe, gone);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The process reads no more of its input, which is its own affair: head does so.
        }
    }
}
