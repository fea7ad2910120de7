using RemoteShell.Fleet.Runs;

namespace RemoteShell.Fleet;

/// <summary>A copy of standard input in a file, from which each host reads at its own pace.</summary>
/// <remarks>It is read ahead of the fastest host by at most 16 MiB.</remarks>
public sealed class RunInput
{
    private const long MaxAhead = 16 * 1024 * 1024;
    private const int Piece = 64 * 1024;

    private const string Name = "input", EndName = "input.end";

    private readonly string _path;
    private readonly string _endPath;
    private readonly Lock _gate = new();

    // Guarded by _gate. Each change ends _changed, and makes a new one.
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _length;
    private long _taken;
    private bool _hasEnded;
    private Exception? _failure;

    internal RunInput(string folder)
    {
        _path = Path.Combine(folder, Name);
        _endPath = Path.Combine(folder, EndName);
        _hasEnded = File.Exists(_endPath);
        _length = File.Exists(_path) ? new FileInfo(_path).Length : 0;
    }

    /// <summary>Whether all of the input is kept.</summary>
    public bool IsWhole
    {
        get
        {
            lock (_gate)
                return _hasEnded;
        }
    }

    /// <summary>Copies a source to its end. A failure of the source is one of each host's input.</summary>
    public async Task CopyAsync(Stream source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            using FileStream file = RunFile.Append(_path);
            var piece = new byte[Piece];
            while (await source.ReadAsync(piece, cancellationToken).ConfigureAwait(false) is > 0 and int count)
            {
                file.Write(piece, 0, count);
                Change(() => _length += count);
                await RoomAsync(cancellationToken).ConfigureAwait(false);
            }

            file.Flush(flushToDisk: true);
            RunFile.Create(_endPath, []);
            Change(() => _hasEnded = true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Change(() => _failure = e);
        }
    }

    /// <summary>A new reader of the whole input. The caller disposes it.</summary>
    public Stream Open() => new RunInputReader(this, RunFile.Append(_path));

    // The end comes last: it says that all is there.
    internal static void Copy(string from, string to)
    {
        foreach (string name in (string[])[Name, EndName])
        {
            if (File.Exists(Path.Combine(from, name)))
                File.Copy(Path.Combine(from, name), Path.Combine(to, name));
        }
    }

    // The bytes that are there, from an offset; 0 at the end.
    internal async ValueTask<long> AvailableAsync(long from, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_length > from)
                    return _length - from;
                if (_failure is not null)
                    throw new IOException(_failure.Message, _failure);
                if (_hasEnded)
                    return 0;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    internal void Taken(long upTo)
    {
        lock (_gate)
        {
            if (upTo <= _taken)
                return;
        }

        Change(() => _taken = Math.Max(_taken, upTo));
    }

    private async Task RoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_length - _taken < MaxAhead)
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
