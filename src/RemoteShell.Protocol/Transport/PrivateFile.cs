using System.Buffers.Binary;
using System.Text;
using RemoteShell.Protocol.Native;

namespace RemoteShell.Protocol.Transport;

/// <summary>Reads and writes files that only their owner may change and, for secrets, only their owner may read.</summary>
/// <remarks>On Windows the folder's access rules protect them, and no mode is checked.</remarks>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // statx(2): AT_FDCWD, AT_SYMLINK_NOFOLLOW, STATX_TYPE | STATX_MODE, and where the mode is in the answer. <sys/stat.h>: S_IFMT, S_IFREG.
    private const int CurrentFolder = -100, DoNotFollow = 0x100, ModeOffset = 28;
    private const uint TypeAndMode = 3;
    private const int FileType = 0xF000, RegularFile = 0x8000, OthersWriteBits = (int)OthersWrite;

    /// <summary>Creates the file with mode 0600. Returns false if it exists.</summary>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        PrivateFolder.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        // Write a temporary file and link it into place, so that no reader sees half a file, and only one of two creators succeeds.
        string temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (FileStream file = Open(temporary, FileMode.CreateNew))
                file.Write(content);
            return TryPutInPlace(temporary, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Appends a line. Creates the file if it does not exist. Other processes may do the same at the same time.</summary>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public static void AppendLine(string path, string line) => AppendLine(path, line, () => true);

    /// <summary>Appends a line if the present lines allow it. No other process appends between the question and the write.</summary>
    /// <param name="path">The file; created if it does not exist.</param>
    /// <param name="line">The line, without its end.</param>
    /// <param name="isWanted">Called with the present lines.</param>
    /// <returns>Whether the line was appended.</returns>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public static bool AppendLine(string path, string line, Func<string[], bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        return AppendLine(path, line, () => isWanted(ReadLines(path)));
    }

    /// <summary>Appends a line if the caller, who knows the present lines, allows it.</summary>
    /// <remarks>No other process appends between the question and the write.</remarks>
    /// <param name="path">The file; created if it does not exist.</param>
    /// <param name="line">The line, without its end.</param>
    /// <param name="isWanted">Called once; it may read the file.</param>
    /// <returns>Whether the line was appended.</returns>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public static bool AppendLine(string path, string line, Func<bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        PrivateFolder.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using FolderLock taken = FolderLock.Take(path);
        CheckWriters(path);
        if (!isWanted())
            return false;
        using FileStream file = Open(path, FileMode.OpenOrCreate);
        // A line that an editor or a crash left without its end must not become one with the new line.
        bool isOpen = file.Length > 0 && !EndsWithNewline(file);
        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.UTF8.GetBytes(isOpen ? $"\n{line}\n" : $"{line}\n"));
        return true;
    }

    /// <summary>Removes all but the last lines. No line that another process appends meanwhile is lost.</summary>
    /// <param name="path">The file. If it does not exist, nothing happens.</param>
    /// <param name="count">How many lines to keep.</param>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public static void KeepLastLines(string path, int count)
    {
        using FolderLock taken = FolderLock.Take(path);
        string[] lines = ReadLines(path);
        if (lines.Length <= count)
            return;
        string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        string aside = $"{real}.{Guid.NewGuid():N}";
        try
        {
            using (FileStream file = Open(aside, FileMode.CreateNew))
                file.Write(Encoding.UTF8.GetBytes(string.Concat(lines[^count..].Select(line => $"{line}\n"))));
            File.Move(aside, real, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>Edits the lines of a file, which a reader sees as it was or as it is afterwards. Other lines keep their bytes.</summary>
    /// <remarks>No line that another process appends meanwhile is lost. The file keeps its mode, its owner and its link.</remarks>
    /// <param name="path">The file. If it does not exist, nothing happens.</param>
    /// <param name="backup">Gets the content from before a change; null: nothing does.</param>
    /// <param name="edit">
    /// Called with the number and the text of each line, counted from 1. It returns the text that replaces it; null removes the line.
    /// </param>
    /// <returns>Whether a line was changed.</returns>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public static bool EditLines(string path, string? backup, Func<int, string, string?> edit)
    {
        ArgumentNullException.ThrowIfNull(edit);
        if (!File.Exists(path))
            return false;
        using FolderLock taken = FolderLock.Take(path);
        if (!CheckWriters(path))
            return false;
        byte[] before = File.ReadAllBytes(path);
        byte[] after = Edited(before, edit);
        if (after.AsSpan().SequenceEqual(before))
            return false;
        string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (backup is not null)
            Replace(backup, before, like: real);
        Replace(real, after, like: real);
        return true;
    }

    /// <summary>Reads the lines of a file that others may read, but not write. Empty if the file does not exist.</summary>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public static string[] ReadLines(string path) => CheckWriters(path) ? File.ReadAllLines(path) : [];

    /// <summary>Checks that only the owner may write the file. Returns false if it does not exist.</summary>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public static bool CheckWriters(string path)
    {
        if (HasOneWriter(path))
            return true;
        if (!File.Exists(path))
            return false;
        Check(path, OthersWrite);
        return true;
    }

    /// <summary>Reads the text of a file that others may not read or write.</summary>
    /// <exception cref="PrivateFileException">The file does not exist, or others may read or write it.</exception>
    public static string ReadSecret(string path)
    {
        if (!File.Exists(path))
            throw new PrivateFileException($"there is no {path}");
        Check(path, OthersWrite | OthersRead);
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PrivateFileException($"cannot read {path}: {e.Message}", e);
        }
    }

    // The usual file, in two calls: a regular one that only its owner may write, in such a folder.
    private static bool HasOneWriter(string path)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        // The framework removes ".." before it opens a path, and the system does it behind links.
        string full = Path.GetFullPath(path);
        return ModeOf(full, DoNotFollow) is { } mode
            && (mode & (FileType | OthersWriteBits)) == RegularFile
            && Path.GetDirectoryName(full) is { } parent
            && ModeOf(parent, flags: 0) is { } folder
            && (folder & OthersWriteBits) == 0;
    }

    private static int? ModeOf(string path, int flags)
    {
        Span<byte> answer = stackalloc byte[256];
        return LibC.Statx(CurrentFolder, path, flags, TypeAndMode, answer) == 0
            ? BinaryPrimitives.ReadUInt16LittleEndian(answer[ModeOffset..])
            : null;
    }

    private static void Check(string path, UnixFileMode forbidden)
    {
        if (OperatingSystem.IsWindows())
            return;
        string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        Check(path, real, File.GetUnixFileMode(real), forbidden);
        // A user who may write the folder may replace the file, unless the folder has the sticky bit.
        string folder = Path.GetDirectoryName(real)!;
        UnixFileMode mode = File.GetUnixFileMode(folder);
        if (!mode.HasFlag(UnixFileMode.StickyBit))
            Check(path, folder, mode, OthersWrite);
    }

    private static void Check(string path, string real, UnixFileMode mode, UnixFileMode forbidden)
    {
        if ((mode & forbidden) == 0)
            return;
        string what = (mode & forbidden & OthersWrite) != 0 ? "written" : "read";
        throw new PrivateFileException($"{path} is not trusted: {real} can be {what} by others (mode {Convert.ToString((int)mode, 8)})")
        {
            Hint = $"chmod go-rwx '{real}'",
        };
    }

    // File.Move checks first and renames then, so two creators could both succeed. A link can be created only once.
    private static bool TryPutInPlace(string temporary, string path)
    {
        if (!OperatingSystem.IsWindows() && LibC.Link(temporary, path) == 0)
            return true;
        if (File.Exists(path))
            return false;
        // The file system does not support links.
        File.Move(temporary, path, overwrite: false);
        return true;
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new(path, options);
    }

    private static byte[] Edited(byte[] content, Func<int, string, string?> edit)
    {
        using var edited = new MemoryStream(content.Length);
        ReadOnlySpan<byte> mark = Encoding.UTF8.Preamble;
        int start = content.AsSpan().StartsWith(mark) ? mark.Length : 0;
        edited.Write(content.AsSpan(0, start));
        for (int number = 1; start < content.Length; number++)
        {
            // As File.ReadAllLines, by which the file is read: \r, \n or both end a line.
            ReadOnlySpan<byte> rest = content.AsSpan(start);
            int length = rest.IndexOfAny((byte)'\n', (byte)'\r');
            length = length < 0 ? rest.Length : length;
            int end = length + (rest[length..].StartsWith("\r\n"u8) ? 2 : Math.Min(1, rest.Length - length));
            string text = Encoding.UTF8.GetString(rest[..length]);
            string? replacement = edit(number, text);
            if (replacement == text)
            {
                edited.Write(rest[..end]);
            }
            else if (replacement is not null)
            {
                edited.Write(Encoding.UTF8.GetBytes(replacement));
                edited.Write(rest[length..end]);
            }

            start += end;
        }

        return edited.ToArray();
    }

    private static void Replace(string path, byte[] content, string like)
    {
        string aside = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (FileStream file = Open(aside, FileMode.CreateNew))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(aside, File.GetUnixFileMode(like));
            KeepOwner(aside, like);
            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    // Only root may give a file away, and only root edits the files of others.
    private static void KeepOwner(string path, string like)
    {
        const int userOffset = 20, groupOffset = 24;
        const uint userAndGroup = 0x18;
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return;
        Span<byte> answer = stackalloc byte[256];
        if (LibC.Statx(CurrentFolder, like, 0, userAndGroup, answer) == 0)
            _ = LibC.ChangeOwner(path, BitConverter.ToUInt32(answer[userOffset..]), BitConverter.ToUInt32(answer[groupOffset..]));
    }

    private static bool EndsWithNewline(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }
}
