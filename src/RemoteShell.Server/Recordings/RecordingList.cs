using System.Globalization;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Server.Recordings;

/// <summary>The recordings in a folder. The server need not run.</summary>
/// <param name="folder">The folder.</param>
public sealed class RecordingList(string folder)
{
    // How many names the refusal of an ambiguous prefix lists.
    private const int MaxNamed = 20;

    // Characters. A header has a command, which may be long; a file without a line in it must not fill the memory.
    private const int MaxHeader = 4 << 20;

    /// <summary>Lists the recordings, the oldest first. What is not a recording of a server is left out.</summary>
    /// <exception cref="RemoteShellException">The folder cannot be read.</exception>
    public IReadOnlyList<ListedRecording> Read()
    {
        try
        {
            if (!Directory.Exists(folder))
                return [];
            return
            [
                .. new DirectoryInfo(folder).EnumerateFiles($"*{RecordingStore.Ending}")
                    .Where(file => RecordingQuota.IsName(file.Name))
                    .OrderBy(file => file.Name, StringComparer.Ordinal)
                    .Select(TryRead)
                    .OfType<ListedRecording>(),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot read the folder {folder}: {e.Message}", e);
        }
    }

    /// <summary>Finds the recording of a job.</summary>
    /// <param name="job">The beginning of the job's id, or the name of the file.</param>
    /// <exception cref="RemoteShellException">There is none, or several.</exception>
    public ListedRecording Find(string job)
    {
        ArgumentException.ThrowIfNullOrEmpty(job);
        IReadOnlyList<ListedRecording> all = Read();
        ListedRecording[] found = [.. all.Where(one => one.File == job || one.Job == job)];
        if (found.Length == 0)
            found = [.. all.Where(one => one.Job.StartsWith(job, StringComparison.Ordinal))];
        if (found.Length == 1)
            return found[0];
        if (found.Length == 0)
        {
            throw new RemoteShellException($"{folder} has no recording of a job '{job}'")
            {
                Hint = "list them with: rsh-server record list",
            };
        }

        string more = found.Length > MaxNamed ? ", …" : "";
        throw new RemoteShellException(
            $"'{job}' matches {found.Length} recordings: {string.Join(", ", found.Take(MaxNamed).Select(one => one.File))}{more}")
        {
            Hint = "write more characters of the id, or the name of the file",
        };
    }

    /// <summary>Opens a recording.</summary>
    public TextReader Open(ListedRecording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        return new StreamReader(OpenFile(PathOf(recording)));
    }

    /// <summary>The path of a recording.</summary>
    public string PathOf(ListedRecording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        return Path.Combine(folder, recording.File);
    }

    // Also while the server writes it.
    private static FileStream OpenFile(string path)
        => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    // Null if the quota has deleted it meanwhile, or its first line is not whole yet.
    private static ListedRecording? TryRead(FileInfo file)
    {
        try
        {
            using var reader = new StreamReader(OpenFile(file.FullName));
            AsciicastHeader header = AsciicastReader.ReadHeader(new StringReader(FirstLine(reader)));
            // Earlier versions recorded terminals only, and wrote no more about them.
            AsciicastSource source = header.Rsh ?? new(JobOf(file.Name), RecordingStore.Tty, "", header.Title);
            return new()
            {
                File = file.Name,
                Job = source.Job,
                Kind = source.Kind,
                Key = source.Key,
                Name = source.Name ?? "",
                Since = DateTimeOffset.FromUnixTimeSeconds(header.Timestamp),
                Bytes = file.Length,
                Command = header.Command ?? "",
            };
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static string JobOf(string name)
    {
        int start = DateTime.UnixEpoch.ToString(RecordingQuota.TimeFormat, CultureInfo.InvariantCulture).Length;
        return name[start..^RecordingStore.Ending.Length];
    }

    private static string FirstLine(StreamReader reader)
    {
        var line = new System.Text.StringBuilder();
        for (int next = reader.Read(); next is not (-1 or '\n') && line.Length < MaxHeader; next = reader.Read())
            line.Append((char)next);
        return line.ToString();
    }
}
