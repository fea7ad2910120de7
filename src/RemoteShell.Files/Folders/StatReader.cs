using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>Reads metadata with statx(2), whose structure is the same on all processors.</summary>
internal static class StatReader
{
    // STATX_BASIC_STATS
    private const uint Basic = 0x7ff;

    private const int Size = 256;

    /// <summary>Reads the metadata of an entry without following it.</summary>
    /// <returns>The metadata, or null with the error number.</returns>
    public static FileEntry? TryRead(SafeFileHandle folder, ReadOnlySpan<byte> path, out int error)
        => TryRead(folder, path, Flags.DoNotFollow, out error);

    /// <summary>Reads the metadata of an open file or folder.</summary>
    /// <exception cref="FileException">The metadata cannot be read.</exception>
    public static FileEntry Read(SafeFileHandle file, string text)
        => TryRead(file, "\0"u8, Flags.EmptyPath | Flags.DoNotFollow, out int error) ?? throw FileException.Of(error, text);

    /// <summary>Reads the metadata of an entry. The flags are those of statx(2).</summary>
    /// <returns>The metadata, or null with the error number.</returns>
    public static FileEntry? TryRead(SafeFileHandle folder, ReadOnlySpan<byte> path, int flags, out int error)
    {
        Span<byte> answer = stackalloc byte[Size];
        bool isRead = FileCalls.Stat(folder, path, flags, Basic, answer) == 0;
        error = isRead ? 0 : Marshal.GetLastPInvokeError();
        return isRead ? Parse(answer) : null;
    }

    private static FileEntry Parse(ReadOnlySpan<byte> answer)
    {
        ushort mode = BinaryPrimitives.ReadUInt16LittleEndian(answer[28..]);
        return new()
        {
            Kind = (mode >> 12) switch
            {
                1 => EntryKind.Fifo,
                2 => EntryKind.CharacterDevice,
                4 => EntryKind.Folder,
                6 => EntryKind.BlockDevice,
                10 => EntryKind.Link,
                12 => EntryKind.Socket,
                _ => EntryKind.File,
            },
            Size = BinaryPrimitives.ReadInt64LittleEndian(answer[40..]),
            Mode = mode & 0xfff,
            Modified = TimeAt(answer[112..]),
            Changed = TimeAt(answer[96..]),
            Device = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(answer[136..]) << 32)
                | BinaryPrimitives.ReadUInt32LittleEndian(answer[140..]),
            Inode = BinaryPrimitives.ReadUInt64LittleEndian(answer[32..]),
            Links = BinaryPrimitives.ReadUInt32LittleEndian(answer[16..]),
            User = BinaryPrimitives.ReadUInt32LittleEndian(answer[20..]),
            Group = BinaryPrimitives.ReadUInt32LittleEndian(answer[24..]),
            BlocksOnDisk = BinaryPrimitives.ReadInt64LittleEndian(answer[48..]),
        };
    }

    private static FileTime TimeAt(ReadOnlySpan<byte> time)
        => new(BinaryPrimitives.ReadInt64LittleEndian(time), BinaryPrimitives.ReadInt32LittleEndian(time[8..]));
}
