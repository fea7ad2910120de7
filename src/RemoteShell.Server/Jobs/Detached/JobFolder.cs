using System.Globalization;
using System.Text.Json;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Detached;

/// <summary>All there is of a detached job, on disk: its record, what it writes, and what its holder says of it in the names of empty files.</summary>
/// <remarks>
/// A name is changed in one step, takes no room on a full disk, and cannot be half written. The server makes <c>ready</c>, <c>leads</c>
/// and <c>ends</c>; the holder renames them to <c>holder.PID.START</c>, <c>leader.PID.START</c> and <c>exit.STATUS</c>. START is the
/// process's, in the system's ticks since boot, so that a number that was given again is not taken for the job.
/// </remarks>
internal sealed class JobFolder(string path)
{
    public const string RecordName = "record.json";

    private const string EndingName = "ending.json";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Path => path;

    /// <summary>The streams' files.</summary>
    public static readonly string[] Streams = ["stdout", "stderr"];

    public string StreamFile(string name) => System.IO.Path.Combine(path, name);

    /// <summary>Makes the folder whole; nothing of it is there when this throws.</summary>
    /// <exception cref="IOException">There is one already, or no room.</exception>
    public void Create(JobRecord record)
    {
        if (Directory.Exists(path))
            throw new IOException($"there is a {path} already");
        string aside = $"{path}.new";
        try
        {
            PrivateFolder.Create(aside);
            foreach (string name in (string[])[.. Streams, "ready", "leads", "ends"])
                PrivateFile.TryCreate(System.IO.Path.Combine(aside, name), []);
            PrivateFile.TryCreate(System.IO.Path.Combine(aside, RecordName), JsonSerializer.SerializeToUtf8Bytes(record, JobJson.Default.JobRecord));
            Directory.Move(aside, path);
        }
        catch
        {
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true);
            throw;
        }
    }

    /// <summary>What is fixed of the job.</summary>
    /// <exception cref="JsonException">It is damaged.</exception>
    public JobRecord ReadRecord()
        => JsonSerializer.Deserialize(File.ReadAllBytes(System.IO.Path.Combine(path, RecordName)), JobJson.Default.JobRecord) ?? throw new JsonException("it is null");

    /// <summary>How the job ended, as the server last knew it; null where it did not see that.</summary>
    public JobEnding? ReadEnding()
    {
        string file = System.IO.Path.Combine(path, EndingName);
        return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), JobJson.Default.JobEnding) : null;
    }

    /// <summary>Keeps how the job ended.</summary>
    public void WriteEnding(JobEnding ending)
        => PrivateFile.TryCreate(System.IO.Path.Combine(path, EndingName), JsonSerializer.SerializeToUtf8Bytes(ending, JobJson.Default.JobEnding));

    /// <summary>The holder; null where it has not begun.</summary>
    public ProcessIdentity? Supervisor => Identity("holder.");

    /// <summary>The process that leads the job's group; null where there is none yet.</summary>
    public ProcessIdentity? Leader => Identity("leader.");

    /// <summary>The command's exit status, and when it was there; null where it was not, yet or ever.</summary>
    public (int Status, DateTimeOffset Time)? Exit()
        => Named("exit.") is { } name && int.TryParse(name[5..], NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            ? (status, File.GetLastWriteTimeUtc(System.IO.Path.Combine(path, name)))
            : null;

    /// <summary>Keeps a holder from beginning; false where it has begun.</summary>
    public bool TryClose()
    {
        try
        {
            File.Move(System.IO.Path.Combine(path, "ready"), System.IO.Path.Combine(path, "closed"));
            return true;
        }
        catch (FileNotFoundException)
        {
            return Supervisor is null;
        }
    }

    public void Delete() => Directory.Delete(path, recursive: true);

    private string? Named(string start)
        => Directory.EnumerateFiles(path, $"{start}*").Select(System.IO.Path.GetFileName).FirstOrDefault();

    private ProcessIdentity? Identity(string start)
    {
        string[] parts = Named(start)?.Split('.') ?? [];
        return parts.Length == 3 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? new(pid, parts[2]) : null;
    }
}
