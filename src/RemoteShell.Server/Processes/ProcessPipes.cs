using RemoteShell.Server.Processes.Unix;

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

    /// <summary>Lets <see cref="Output"/> read the pipe, enlarged, and closes it afterwards.</summary>
    public Task ReadOutputAsync(Stream pipe, CancellationToken gone) => ReadAsync(pipe, Output, gone);

    /// <summary>Lets <see cref="Error"/> read the pipe, enlarged, and closes it afterwards.</summary>
    public Task ReadErrorAsync(Stream pipe, CancellationToken gone) => ReadAsync(pipe, Error, gone);

    /// <summary>Lets <see cref="Input"/> write the pipe, enlarged, and closes it afterwards. A process may stop reading its input at any time.</summary>
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
            // The process closed its end (head does) or has exited.
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
