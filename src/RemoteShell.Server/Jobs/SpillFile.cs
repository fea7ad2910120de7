using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Server.Jobs;

/// <summary>The file that takes what a job writes while its client is away. It has no name, so that it goes with the server, however that ends.</summary>
/// <remarks>An absolute offset stands in it at its distance from the file's first byte. What was taken is freed when all of it was taken, or piece by piece where the oldest is dropped.</remarks>
internal sealed class SpillFile(string folder, OutputQuota quota, SpillPolicy policy) : ILogOverflow
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

    public async ValueTask<bool> TryAppendAsync(long offset, ReadOnlyMemory<byte> bytes)
    {
        SafeFileHandle file;
        lock (_gate)
        {
            if (_isDisposed)
                return false;
            if (_end == _start)
                Begin(offset);
            long more = offset + bytes.Length - Math.Max(_end, _start);
            while (more > 0 && !quota.TryTake(more, _taken))
            {
                if (!policy.DropsOldest() || !TryDrop())
                    return policy.Full();
            }

            _taken += Math.Max(more, 0);
            file = _file ??= Open();
        }

        try
        {
            await RandomAccess.WriteAsync(file, bytes, offset - _base);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The disk is full, or the log was given up meanwhile.
            return policy.Full();
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
            (file, at) = (_isDisposed ? null : _file, offset - _base);
        return file is null || at < 0 ? 0 : await RandomAccess.ReadAsync(file, target, at);
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

    private void Begin(long offset)
    {
        if (_taken == 0)
            _base = _start = _end = offset;
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
        if (count <= 0 || _file is null || !FileHoles.TryPunch(_file, _start - _base, count))
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
/// <param name="Full">Told that there is no room; whether the bytes count as taken all the same.</param>
/// <param name="Freed">Told that there is room again, for others too.</param>
internal sealed record SpillPolicy(Func<bool> DropsOldest, Func<bool> Full, Action Freed);
