using System.Text;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Folders;
using RemoteShell.Protocol;

namespace RemoteShell.Server.Files;

/// <summary>A regular file, read up to the size that it had when it was opened.</summary>
internal sealed class FileSource : IDisposable
{
    private readonly SafeFileHandle _handle;
    private long _position;

    private FileSource(SafeFileHandle handle, string fullPath)
    {
        _handle = handle;
        FullPath = fullPath;
        Size = RandomAccess.GetLength(handle);
        Modified = new DateTimeOffset(File.GetLastWriteTimeUtc(handle)).ToUnixTimeMilliseconds();
        Mode = OperatingSystem.IsWindows() ? null : (int)File.GetUnixFileMode(handle);
    }

    /// <summary>The absolute path that was opened.</summary>
    public string FullPath { get; }

    /// <summary>The path without links, escaped, as it is now; null: not known. On Linux only.</summary>
    public string? RealPath => OperatingSystem.IsLinux() ? DescriptorPath.Read(_handle) : null;

    /// <summary>Bytes, when the file was opened; 0 also for files in /proc, which are read to their end.</summary>
    public long Size { get; }

    /// <summary>Permission bits; null on Windows.</summary>
    public int? Mode { get; }

    /// <summary>When the file was modified, in ms since 1970-01-01 UTC.</summary>
    public long Modified { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">An absolute path, or one relative to the home folder; <c>~</c> is the home folder.</param>
    /// <param name="home">The home folder.</param>
    /// <exception cref="FileSourceException">The file does not exist, or cannot be sent.</exception>
    public static FileSource Open(string path, string home)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            throw new FileSourceException(ErrorCode.BadRequest, "the path is empty or contains a NUL character");
        // The home folder of another user.
        if (path.StartsWith('~') && path.Length > 1 && path[1] != '/')
            return OpenBelow(path, FileRoot.Home(home));
        string expanded = path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? $"{home}{path[1..]}" : path;
        string full = Path.Combine(home, expanded);
        if (Directory.Exists(full))
            throw new FileSourceException(ErrorCode.BadRequest, $"{path}: is a directory");
        if (!File.Exists(full))
            throw new FileSourceException(ErrorCode.NotFound, $"{path}: no such file");
        try
        {
            return new(RegularFile.Open(full), Path.GetFullPath(full));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileSourceException(e is IOException ? ErrorCode.BadRequest : ErrorCode.Forbidden, $"{path}: {e.Message}", e);
        }
    }

    /// <summary>Opens a file below a folder that the path cannot leave.</summary>
    /// <param name="path">The path.</param>
    /// <param name="root">The folder.</param>
    /// <exception cref="FileSourceException">The file does not exist there, or cannot be sent.</exception>
    public static FileSource OpenBelow(string path, FileRoot root)
    {
        try
        {
            using FileLocation location = root.Locate(Encoding.UTF8.GetBytes(path));
            return new(location.OpenRead().Handle, location.FullPath);
        }
        catch (FileException e)
        {
            string code = e.Fault switch
            {
                FileFault.NotFound => ErrorCode.NotFound,
                FileFault.Denied or FileFault.Outside => ErrorCode.Forbidden,
                _ => ErrorCode.BadRequest,
            };
            throw new FileSourceException(code, e.Message, e);
        }
    }

    /// <summary>Whether the file ended after <paramref name="read"/> bytes because it became shorter.</summary>
    /// <remarks>A file in /sys may end before its size, and has not become shorter.</remarks>
    public bool HasShrunk(long read) => read < Size && RandomAccess.GetLength(_handle) < Size;

    /// <summary>Reads the next bytes.</summary>
    /// <returns>How many bytes were read; 0 at the end.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> memory, CancellationToken cancellationToken)
    {
        if (Size > 0)
            memory = memory[..(int)Math.Min(memory.Length, Size - _position)];
        int read = memory.Length == 0 ? 0 : await RandomAccess.ReadAsync(_handle, memory, _position, cancellationToken);
        _position += read;
        return read;
    }

    /// <summary>Reads the next bytes on this thread.</summary>
    /// <returns>How many bytes were read; 0 at the end.</returns>
    public int Read(Span<byte> memory)
    {
        if (Size > 0)
            memory = memory[..(int)Math.Min(memory.Length, Size - _position)];
        int read = memory.Length == 0 ? 0 : RandomAccess.Read(_handle, memory, _position);
        _position += read;
        return read;
    }

    public void Dispose() => _handle.Dispose();
}
