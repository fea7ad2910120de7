using System.Globalization;

namespace RemoteShell.Server.Recordings;

/// <summary>Bounds the size of the recordings in a folder: the oldest that are complete are deleted for new ones. Thread-safe.</summary>
/// <param name="folder">The folder.</param>
/// <param name="limit">Returns the limit in bytes.</param>
internal sealed class RecordingQuota(string folder, Func<long> limit)
{
    // At the quota, so much is deleted beyond what is needed that not each write looks for files.
    private const int SparePart = 64;

    /// <summary>The format of the time with which a name begins.</summary>
    public const string TimeFormat = "yyyyMMdd'T'HHmmss'Z-'";

    private const int TimeLength = 17;

    private readonly Lock _gate = new();

    // Guarded by _gate: the recordings that are being written, and the size of all; null before it is known.
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);
    private long? _total;

    /// <summary>The limit in bytes.</summary>
    public long Limit => limit();

    /// <summary>Notes that a recording is being written.</summary>
    public void Begin(string name)
    {
        lock (_gate)
            _running.Add(name);
    }

    /// <summary>Notes that a recording is complete.</summary>
    public void End(string name)
    {
        lock (_gate)
            _running.Remove(name);
    }

    /// <summary>Takes room for bytes; false if there is none although no complete recording is left.</summary>
    public bool TryTake(long bytes)
    {
        lock (_gate)
        {
            long most = Limit;
            if (_total is null || _total + bytes > most)
                _total = MakeRoom(bytes, most);
            if (_total + bytes > most)
                return false;
            _total += bytes;
            return true;
        }
    }

    /// <summary>Whether a file of the folder has the name of a recording of a server. Others are never deleted.</summary>
    public static bool IsName(string name)
        => name.Length > TimeLength
            && name.EndsWith(RecordingStore.Ending, StringComparison.Ordinal)
            && DateTime.TryParseExact(name[..TimeLength], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    // Returns the size of what is left. The names are in the order of their beginning.
    private long MakeRoom(long bytes, long most)
    {
        FileInfo[] files = [.. new DirectoryInfo(folder).EnumerateFiles($"*{RecordingStore.Ending}").Where(file => IsName(file.Name))];
        long total = files.Sum(LengthOf);
        if (total + bytes <= most)
            return total;
        foreach (FileInfo file in files.Where(file => !_running.Contains(file.Name)).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            if (total + bytes <= most - (most / SparePart))
                break;
            long length = LengthOf(file);
            file.Delete();
            total -= length;
        }

        return total;
    }

    // Somebody may delete a file meanwhile.
    private static long LengthOf(FileInfo file)
    {
        try
        {
            file.Refresh();
            return file.Exists ? file.Length : 0;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
