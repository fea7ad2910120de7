using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol;

namespace RemoteShell.Server.Files;

/// <summary>A regular file to be sent, read up to the size that it had when it was opened.</summary>
internal sealed class FileSource : IDisposable
{
    private readonly SafeFileHandle _handle;
    private long _position;

    private FileSource(SafeFileHandle handle)
    {
        _handle = handle;
        Size = RandomAccess.GetLength(handle);
        Modified = new DateTimeOffset(File.GetLastWriteTimeUtc(handle)).ToUnixTimeMilliseconds();
        Mode = OperatingSystem.IsWindows() ? null : (int)File.GetUnixFileMode(handle);
    }

    /// <summary>Bytes when it was opened; 0 also for files that only the system knows the end of, as in /proc.</summary>
    public long Size { get; }

    /// <summary>Permission bits.</summary>
    public int? Mode { get; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long Modified { get; }

    /// <exception cref="FileSourceException">There is no such file, or none that can be sent.</exception>
    public static FileSource Open(string path, string home)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            throw new FileSourceException(ErrorCode.BadRequest, "the path is empty or has a NUL character in it");
        string expanded = path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? $"{home}{path[1..]}" : path;
        string full = Path.Combine(home, expanded);
        if (Directory.Exists(full))
            throw new FileSourceException(ErrorCode.BadRequest, $"{path}: is a directory");
        if (!File.Exists(full))
            throw new FileSourceException(ErrorCode.NotFound, $"{path}: no such file");
        try
        {
            return new(RegularFile.Open(full));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileSourceException(e is IOException ? ErrorCode.BadRequest : ErrorCode.Forbidden, $"{path}: {e.Message}", e);
        }
    }

    /// <summary>Whether the file ended early because it is shorter now; files in /sys end where they like.</summary>
    public bool HasShrunk(long read) => read < Size && RandomAccess.GetLength(_handle) < Size;

    /// <summary>The next bytes; 0 at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> memory, CancellationToken cancellationToken)
    {
        if (Size > 0)
            memory = memory[..(int)Math.Min(memory.Length, Size - _position)];
        int read = memory.Length == 0 ? 0 : await RandomAccess.ReadAsync(_handle, memory, _position, cancellationToken);
        _position += read;
        return read;
    }

    public void Dispose() => _handle.Dispose();
}

/// <summary>There is no such file, or none that can be sent.</summary>
internal sealed class FileSourceException(string code, string message, Exception? inner = null) : RemoteShellException(message, inner)
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code { get; } = code;
}
