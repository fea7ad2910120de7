using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>Reads the names in an open folder, in the order of the file system, without <c>.</c> and <c>..</c>.</summary>
/// <remarks>A name that is made or removed meanwhile may be missing or present. Not safe for use by several threads.</remarks>
internal sealed class NameReader : IDisposable
{
    private const int BufferSize = 32 * 1024;

    // struct linux_dirent64: inode 8, offset 8, length 2, type 1, name with a NUL.
    private const int LengthOffset = 16, NameOffset = 19;

    private readonly SafeFileHandle _folder;
    private readonly string _text;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _next, _end;
    private Range _name;

    /// <summary>Creates a reader.</summary>
    /// <param name="folder">The folder, opened for this reader, which closes it: the position in a folder belongs to the open file.</param>
    /// <param name="text">The path for messages.</param>
    public NameReader(SafeFileHandle folder, string text) => (_folder, _text) = (folder, text);

    /// <summary>The name that was read last. It is valid until the next one is read.</summary>
    public ReadOnlySpan<byte> Name => _buffer.AsSpan(_name);

    /// <summary>Reads the next name. Returns false at the end.</summary>
    /// <exception cref="FileException">The folder cannot be read.</exception>
    public bool Read()
    {
        while (_next < _end || Fill())
        {
            ReadOnlySpan<byte> entry = _buffer.AsSpan(_next, _end - _next), name = entry[NameOffset..];
            int length = name.IndexOf((byte)0), start = _next + NameOffset;
            _next += BinaryPrimitives.ReadUInt16LittleEndian(entry[LengthOffset..]);
            _name = start..(start + length);
            if (FileName.IsValid(Name))
                return true;
        }

        return false;
    }

    public void Dispose() => _folder.Dispose();

    private bool Fill()
    {
        nint count = FileCalls.ReadEntries(_folder, _buffer);
        if (count < 0)
            throw FileException.Of(Marshal.GetLastPInvokeError(), _text);
        (_next, _end) = (0, (int)count);
        return count > 0;
    }
}
