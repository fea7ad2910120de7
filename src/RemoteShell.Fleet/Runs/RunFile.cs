using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RemoteShell.Fleet.Runs;

/// <summary>The files of a run, of mode 0600, and their lines of JSON.</summary>
internal static class RunFile
{
    /// <summary>Opens a file to append to it. Creates it if it does not exist.</summary>
    public static FileStream Append(string path)
    {
        FileStream file = Open(path, FileMode.OpenOrCreate);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    /// <summary>Writes a file, and returns when it is on the disk.</summary>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        using FileStream file = Open(path, FileMode.Create);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The lines of JSON of several items.</summary>
    public static byte[] Lines<T>(IEnumerable<T> items, JsonTypeInfo<T> type)
    {
        using var lines = new MemoryStream();
        foreach (T item in items)
        {
            JsonSerializer.Serialize(lines, item, type);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }

    /// <summary>Reads lines of JSON. A last line without its end, and lines that are damaged, do not count.</summary>
    /// <remarks>A killed client leaves a part of a line; a loss of power may leave blocks of zeros.</remarks>
    public static IEnumerable<T> ReadLines<T>(string path, JsonTypeInfo<T> type)
    {
        if (!File.Exists(path))
            yield break;
        byte[] content = File.ReadAllBytes(path);
        int start = 0;
        while (content.AsSpan(start).IndexOf((byte)'\n') is >= 0 and int length)
        {
            if (TryRead(content.AsSpan(start, length), type) is { } item)
                yield return item;
            start += length + 1;
        }
    }

    /// <summary>Removes a last line without its end, so that the next one is whole.</summary>
    public static void CutToWholeLines(FileStream file)
    {
        file.Position = 0;
        var content = new byte[file.Length];
        file.ReadExactly(content);
        file.SetLength(content.AsSpan().LastIndexOf((byte)'\n') + 1);
        file.Position = file.Length;
    }

    private static T? TryRead<T>(ReadOnlySpan<byte> line, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }
}
