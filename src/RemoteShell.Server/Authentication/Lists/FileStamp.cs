using System.Buffers.Binary;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Authentication.Lists;

/// <summary>What differs once a file has been written or replaced.</summary>
/// <param name="Place">The device and the inode; zero where statx is missing.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">When the content changed, in ns or in ticks.</param>
/// <param name="Changed">When the content or the mode changed, in ns; zero where statx is missing.</param>
internal readonly record struct FileStamp((ulong Device, ulong Inode) Place, long Length, Int128 Modified, Int128 Changed)
{
    // STATX_BASIC_STATS
    private const uint Basic = 0x7ff;

    private const int Size = 256;

    /// <summary>Reads the stamp of a file. Links are followed.</summary>
    /// <returns>Null if there is no file, or it cannot be reached.</returns>
    public static FileStamp? Of(string path) => OperatingSystem.IsLinux() ? OfInode(path) : OfFile(path);

    // statx(2) has the same layout on every processor.
    private static FileStamp? OfInode(string path)
    {
        Span<byte> answer = stackalloc byte[Size];
        if (FileCalls.Stat(FileCalls.CurrentFolder, path, 0, Basic, answer) != 0)
            return null;
        ulong device = BinaryPrimitives.ReadUInt64LittleEndian(answer[136..]);
        ulong inode = BinaryPrimitives.ReadUInt64LittleEndian(answer[32..]);
        long length = BinaryPrimitives.ReadInt64LittleEndian(answer[40..]);
        return new((device, inode), length, TimeAt(answer[112..]), TimeAt(answer[96..]));
    }

    private static Int128 TimeAt(ReadOnlySpan<byte> time)
        => ((Int128)BinaryPrimitives.ReadInt64LittleEndian(time) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(time[8..]);

    private static FileStamp? OfFile(string path)
    {
        try
        {
            var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            return file.Exists ? new(default, file.Length, file.LastWriteTimeUtc.Ticks, 0) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
