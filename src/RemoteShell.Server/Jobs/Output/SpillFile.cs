using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Server.Jobs.Output;

/// <summary>The file that takes what a job writes while its client is away. It has no name, so that it goes with the server, however that ends.</summary>
/// <remarks>An absolute offset stands in it at its distance from the file's first byte. What was taken is freed when all of it was taken, or piece by piece where the oldest is dropped.</remarks>
internal sealed class SpillFile(string folder, OutputQuota quota, SpillPolicy policy) : ISpillTarget
{
    private readonly Lock _gate = new();

    // Under _gate.
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

    public bool DiscardsWhenFull => policy.GivesUp();

    public async ValueTask<bool> TryAppendAsync(long offset, ReadOnlyMemory<byte> bytes)
    {
        // Never under the lock: whoever is told ends jobs, and asks their logs.
        if (Take(offset, bytes.Length) is not { } more)
        {
            policy.Full();
            return false;
        }

        try
        {
            SafeFileHandle file;
            lock (_gate)
                file = _file ??= Open();
            await RandomAccess.WriteAsync(file, bytes, offset - _base);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // The disk is full, or no file can be opened, or the log was given up meanwhile.
            GiveBack(more);
            policy.Full();
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
        // Dropped while it was read: those bytes may be the hole's.
        lock (_gate)
            return offset < _start ? 0 : read;
    }

    public void Release(long offset)
    {
        lock (_gate)
        {
            _start = Math.Clamp(offset, _start, _end);
            // Whoever still writes a piece has taken its bytes, and is not done.
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

        policy.Freed();
    }

    private static async ValueTask<int> ReadFileAsync(SafeFileHandle file, Memory<byte> target, long at)
    {
        try
        {
            return await RandomAccess.ReadAsync(file, target, at);
        }
        catch (ObjectDisposedException)
        {
            // Given up meanwhile, and with it the bytes.
            return 0;
        }
    }

    // How many bytes more that are on disk; null where there is no room for them.
    private long? Take(long offset, int length)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return null;
            if (_end == _start && _taken == 0)
                _base = _start = _end = offset;
            long more = Math.Max(offset + length - Math.Max(_end, _start), 0);
            while (more > 0 && !quota.TryTake(more, _taken))
                if (!policy.DropsOldest() || !TryDrop())
                    return null;
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
        policy.Freed();
    }

    // An eighth of the quota at a time, so that it is not done for every piece.
    private bool TryDrop()
    {
        long count = Math.Min(Math.Max(quota.Job / 8, 1), _end - _start);
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
        SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : 0));
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }
}

/// <summary>What a job's policy says of its spill file.</summary>
/// <param name="DropsOldest">Whether the oldest bytes may go.</param>
/// <param name="Full">Told that there is no room.</param>
/// <param name="GivesUp">Whether the job is being ended, so that nothing of it is held.</param>
/// <param name="Freed">Told that there is room again, for others too.</param>
internal sealed record SpillPolicy(Func<bool> DropsOldest, Action Full, Func<bool> GivesUp, Action Freed);
