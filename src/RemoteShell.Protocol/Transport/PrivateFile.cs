using System.Runtime.InteropServices;
using System.Text;

namespace RemoteShell.Protocol.Transport;

/// <summary>Files that trust rests on: nobody else may write them, and where they hold a secret nobody else may read them. On Windows the folder's own rules protect them.</summary>
public static partial class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Makes the file, readable by its owner alone from the first byte; false where there is one already.</summary>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        PrivateFolder.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        // Written aside and linked into place, so that nobody can meet half a file, nor two makers each their own.
        string aside = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (FileStream file = Open(aside, FileMode.CreateNew))
                file.Write(content);
            return TryPutInPlace(aside, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>Adds a line at the end, making the file where it is missing.</summary>
    public static void AppendLine(string path, string line)
    {
        PrivateFolder.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (File.Exists(path))
            Check(path, OthersWrite);
        using FileStream file = Open(path, FileMode.OpenOrCreate);
        bool open = file.Length > 0 && !EndsWithNewline(file);
        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.UTF8.GetBytes(open ? $"\n{line}\n" : $"{line}\n"));
    }

    /// <summary>The lines of a file that others may read; none where it is missing.</summary>
    /// <exception cref="PrivateFileException">Others may write it.</exception>
    public static string[] ReadLines(string path)
    {
        if (!File.Exists(path))
            return [];
        Check(path, OthersWrite);
        return File.ReadAllLines(path);
    }

    /// <summary>The text of a file that others may not even read.</summary>
    /// <exception cref="PrivateFileException">The file is missing, or others may read or write it.</exception>
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

    private static void Check(string path, UnixFileMode forbidden)
    {
        if (OperatingSystem.IsWindows())
            return;
        string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        Check(path, real, File.GetUnixFileMode(real), forbidden);
        // Whoever may write the folder may put another file in its place, unless the sticky bit keeps them from it.
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

    // The framework's move looks first and renames then, so that two makers can both succeed; a link is made once.
    private static bool TryPutInPlace(string aside, string path)
    {
        if (!OperatingSystem.IsWindows() && Link(aside, path) == 0)
            return true;
        if (File.Exists(path))
            return false;
        // A file system without links.
        File.Move(aside, path, overwrite: false);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new(path, options);
    }

    private static bool EndsWithNewline(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }
}
