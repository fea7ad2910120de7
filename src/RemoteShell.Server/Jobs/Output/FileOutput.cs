using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Server.Jobs.Output;

/// <summary>The output of a detached job: a file that the command itself writes.</summary>
/// <remarks>
/// The system does not report growth, so readers poll. The file is open while the job runs; the thousands of jobs that have ended and are
/// remembered hold no descriptor.
/// </remarks>
internal sealed class FileOutput : JobOutput
{
    // How soon a reader that waits sees new bytes. Each poll of a file that did not grow doubles the interval.
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(100);

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly Lock _gate = new();
    private long _start;
    private long? _total;
    private bool _isPaused;

    /// <summary>Opens the file.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public FileOutput(string path)
    {
        (_path, _file) = (path, Open(path));
        _start = HolePunching.FirstData(_file, RandomAccess.GetLength(_file));
    }

    public override long Start => Volatile.Read(ref _start);

    // What a process left behind writes after the job's end does not belong to the job.
    public override long Length
    {
        get
        {
            lock (_gate)
                return _total ?? RandomAccess.GetLength(_file);
        }
    }

    public override bool IsComplete => _total is not null;

    public override bool IsPaused => _isPaused;

    public override async ValueTask<int> CopyAsync(long offset, Memory<byte> target)
    {
        if (offset < Start)
            return -1;
        long available = Length - offset;
        if (available <= 0)
            return 0;
        target = target[..(int)Math.Min(target.Length, available)];
        try
        {
            using SafeFileHandle file = Open(_path);
            int read = await RandomAccess.ReadAsync(file, target, offset);
            // If the bytes were dropped during the read, zeros of the hole may have been read instead.
            return offset < Start ? -1 : read;
        }
        catch (FileNotFoundException)
        {
            return -1;
        }
        catch (DirectoryNotFoundException)
        {
            return -1;
        }
    }

    public override async Task GrownAsync(long length, CancellationToken cancellationToken)
    {
        TimeSpan interval = FirstInterval;
        while (!IsComplete && Length <= length)
        {
            await Task.Delay(interval, cancellationToken);
            interval = interval * 2 < LongestInterval ? interval * 2 : LongestInterval;
        }
    }

    public override void Complete() => CompleteAt(long.MaxValue);

    /// <summary>Marks the output as complete with that many bytes, or as many as the file has.</summary>
    public void CompleteAt(long total)
    {
        lock (_gate)
        {
            _total ??= Math.Min(total, RandomAccess.GetLength(_file));
            _file.Dispose();
        }
    }

    public override void SetPaused(bool isPaused) => _isPaused = isPaused;

    public override bool TryDrop(long count)
    {
        lock (_gate)
        {
            long from = _start;
            if (_total is not null)
                return false;
            // First the offset, then the hole: a reader must not take the hole for bytes.
            Volatile.Write(ref _start, from + count);
            if (HolePunching.TryPunch(_file, from, count))
                return true;
            Volatile.Write(ref _start, from);
            return false;
        }
    }

    public override void Dispose() => CompleteAt(long.MaxValue);

    private static SafeFileHandle Open(string path)
        => File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
}
