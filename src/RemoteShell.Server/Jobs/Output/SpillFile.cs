using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Server.Jobs.Output;

/// <summary>Takes what a job writes while its client is away.</summary>
/// <remarks>
/// The file has no name, so it disappears with the server, however the server ends.
/// A byte's place in the file is its absolute offset minus the offset of the file's first byte. The disk space is freed when the reader has
/// taken all of it, or piece by piece if the oldest bytes are dropped.
/// </remarks>
/// <param name="folder">Where the file is made.</param>
/// <param name="quota">Limits the bytes on disk.</param>
/// <param name="policy">Decides for the job what happens at the quota.</param>
internal sealed class SpillFile(string folder, OutputQuota quota, ISpillPolicy policy) : ISpillTarget
{
    private readonly Lock _gate = new();

    // All that follows is guarded by _gate. The offsets are absolute; _taken and _dropped are numbers of bytes.
    private SafeFileHandle? _file;
    private long _base;
    private long _start;
    private long _end;
    private long _taken;
    private long _dropped;
    private bool _isDisposed;

    public long Start
    {
        get
        {
            lock (_gate)
                return _start;
        }
    }

    /// <summary>Bytes on disk for this job; null: the limit of each job.</summary>
    public long? OwnLimit { get; init; }

    public bool DiscardsWhenFull => policy.DiscardsWhenFull;

    public async ValueTask<bool> TryAppendAsync(long offset, ReadOnlyMemory<byte> bytes)
    {
        // WhenFull is never called under the lock: it ends jobs, and asks their outputs.
        if (Take(offset, bytes.Length) is not { } more)
        {
            policy.WhenFull();
            return false;
        }

        try
        {
            SafeFileHandle file;
            lock (_gate)
                file = _file ??= Open();
            await RandomAccess.WriteAsync(file, bytes, offset - _base);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or ArgumentOutOfRangeException)
        {
            // The disk is full, or the file cannot be opened, or the output was dropped meanwhile, or the file would exceed the limit of
            // file sizes (EFBIG: ArgumentOutOfRangeException).
            GiveBack(more);
            policy.WhenFull();
            return false;
        }

        lock (_gate)
            _end = Math.Max(_end, offset + bytes.Length);
        return true;
    }

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> target)
    {
        SafeFileHandle? file;
        long at;
        lock (_gate)
            (file, at) = (_isDisposed || offset < _start ? null : _file, offset - _base);
        int read = file is null || at < 0 ? 0 : await ReadFileAsync(file, target, at);
        // If the bytes were dropped during the read, zeros of the hole may have been read instead.
        lock (_gate)
            return offset < _start ? 0 : read;
    }

    public void Release(long offset)
    {
        lock (_gate)
        {
            _start = Math.Clamp(offset, _start, _end);
            // While a piece is being written, its bytes are in _taken but not yet below _end.
            if (_start == _end && _taken == _end - _base - _dropped)
                Free();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            quota.Return(_taken);
            _taken = 0;
            _file?.Dispose();
        }

        policy.WhenFreed();
    }

    private static async ValueTask<int> ReadFileAsync(SafeFileHandle file, Memory<byte> target, long at)
    {
        try
        {
            return await RandomAccess.ReadAsync(file, target, at);
        }
        catch (ObjectDisposedException)
        {
            // The file was disposed meanwhile, and its bytes are gone.
            return 0;
        }
    }

    // Reserves room, and returns how many bytes more are on disk then; null if there is no room.
    private long? Take(long offset, int length)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return null;
            if (_end == _start && _taken == 0)
                _base = _start = _end = offset;
            long more = Math.Max(offset + length - Math.Max(_end, _start), 0);
            while (more > 0 && !quota.TryTake(more, _taken, OwnLimit))
            {
                if (!policy.DropsOldest || !TryDrop())
                    return null;
            }

            _taken += more;
            return more;
        }
    }

    private void GiveBack(long more)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _taken -= more;
            quota.Return(more);
        }
    }

    private void Free()
    {
        if (_file is not null)
            RandomAccess.SetLength(_file, 0);
        quota.Return(_taken);
        _taken = _dropped = 0;
        _base = _start;
        policy.WhenFreed();
    }

    // Drops an eighth of the quota at a time, so that this is not done for every piece.
    private bool TryDrop()
    {
        long count = Math.Min(Math.Max((OwnLimit ?? quota.PerJob) / 8, 1), _end - _start);
        if (count <= 0 || _file is null || !HolePunching.TryPunch(_file, _start - _base, count))
            return false;
        _start += count;
        _taken -= count;
        _dropped += count;
        quota.Return(count);
        return true;
    }

    private SafeFileHandle Open()
    {
        string path = Path.Combine(folder, $"{Guid.NewGuid():N}.spill");
        FileOptions options = FileOptions.Asynchronous | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : 0);
        const FileShare share = FileShare.ReadWrite | FileShare.Delete;
        SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, share, options);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Delete(path);
        }

        return file;
    }
}
