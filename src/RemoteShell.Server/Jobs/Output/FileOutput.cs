using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Server.Jobs.Output;

/// <summary>The log of a detached job: a file that the command itself writes. Nobody tells when it grows, so readers look.</summary>
/// <remarks>It is open while the job runs; thousands that have ended and are remembered hold no descriptor.</remarks>
internal sealed class FileOutput : JobOutput
{
    // How soon a reader who waits sees what was written; a file that stays as it is is looked at less and less often.
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LastLook = TimeSpan.FromMilliseconds(100);

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly Lock _gate = new();
    private long _start;
    private long? _total;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    public FileOutput(string path)
    {
        (_path, _file) = (path, Open(path));
        _start = HolePunching.FirstData(_file, RandomAccess.GetLength(_file));
    }

    public override long Start => Volatile.Read(ref _start);

    // What a process left behind writes after the job's end is not the job's.
    public override long Length
    {
        get
        {
            lock (_gate)
                return _total ?? RandomAccess.GetLength(_file);
        }
    }

    public override bool IsComplete => _total is not null;

    public override bool IsPaused => HeldByQuota;

    /// <summary>Whether the job was stopped since there is no room.</summary>
    public bool HeldByQuota { get; set; }

    public override async ValueTask<int> CopyAsync(long offset, Memory<byte> target)
    {
        if (offset < Start)
            return -1;
        long there = Length - offset;
        if (there <= 0)
            return 0;
        target = target[..(int)Math.Min(target.Length, there)];
        try
        {
            using SafeFileHandle file = Open(_path);
            int read = await RandomAccess.ReadAsync(file, target, offset);
            // Dropped while it was read: those bytes may be the hole's.
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
        TimeSpan look = FirstLook;
        while (!IsComplete && Length <= length)
        {
            await Task.Delay(look, cancellationToken);
            look = look * 2 < LastLook ? look * 2 : LastLook;
        }
    }

    public override void Complete() => CompleteAt(long.MaxValue);

    /// <summary>The job ended with so many bytes, or as many as there are.</summary>
    public void CompleteAt(long total)
    {
        lock (_gate)
        {
            _total ??= Math.Min(total, RandomAccess.GetLength(_file));
            _file.Dispose();
        }
    }

    /// <summary>Gives up the oldest bytes; false where the file system cannot.</summary>
    public bool TryDrop(long count)
    {
        lock (_gate)
        {
            long from = _start;
            if (_total is not null)
                return false;
            // Readers must not take the hole for bytes: first the offset, then the hole.
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
