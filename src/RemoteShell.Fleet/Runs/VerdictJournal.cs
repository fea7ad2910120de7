using System.Threading.Channels;

namespace RemoteShell.Fleet.Runs;

/// <summary>Appends verdicts to a file. Those that come at the same time are forced to the disk together.</summary>
internal sealed class VerdictJournal : IAsyncDisposable
{
    private readonly Channel<Entry> _entries = Channel.CreateUnbounded<Entry>(new() { SingleReader = true });
    private readonly string _path;
    private readonly Lazy<Task> _writing;

    public VerdictJournal(string path)
    {
        _path = path;
        _writing = new(() => Task.Run(WriteAsync));
    }

    /// <summary>Appends a verdict. The task ends when it, and the output of its host, are on the disk.</summary>
    public Task AppendAsync(VerdictLine line, HostOutput? output)
    {
        var entry = new Entry(line, output, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _entries.Writer.TryWrite(entry);
        _ = _writing.Value;
        return entry.Kept.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        if (_writing.IsValueCreated)
            await _writing.Value.ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        FileStream? file = null;
        try
        {
            while (await _entries.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                List<Entry> batch = [];
                while (_entries.Reader.TryRead(out Entry? entry))
                    batch.Add(entry);
                try
                {
                    file ??= Open();
                    Write(file, batch);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    foreach (Entry entry in batch)
                        entry.Kept.TrySetException(e);
                }
            }
        }
        finally
        {
            file?.Dispose();
        }
    }

    private FileStream Open()
    {
        FileStream file = RunFile.Append(_path);
        RunFile.CutToWholeLines(file);
        return file;
    }

    private static void Write(FileStream file, List<Entry> batch)
    {
        // The output comes first: a verdict on the disk says that its output is there.
        foreach (Entry entry in batch)
            entry.Output?.Keep();
        long end = file.Length;
        try
        {
            file.Write(RunFile.Lines(batch.Select(entry => entry.Line), RunJson.Default.VerdictLine));
            file.Flush(flushToDisk: true);
        }
        catch
        {
            // On a full disk a part of a line may be there.
            file.SetLength(end);
            throw;
        }

        foreach (Entry entry in batch)
            entry.Kept.TrySetResult();
    }

    private sealed record Entry(VerdictLine Line, HostOutput? Output, TaskCompletionSource Kept);
}
