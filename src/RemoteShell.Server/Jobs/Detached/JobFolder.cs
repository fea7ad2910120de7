using System.Globalization;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Files;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Detached;

/// <summary>The folder of a detached job: its record, its output, and the names of empty files by which its supervisor reports.</summary>
/// <remarks>
/// Renaming a file is atomic and needs no room on a full disk. The server makes the files <c>ready</c>, <c>leads</c> and <c>ends</c>; the
/// supervisor renames them to <c>holder.PID.START</c>, <c>leader.PID.START</c> and <c>exit.STATUS</c>. START is the process's start time
/// in the system's ticks since boot: it tells the process from a later one with the same id.
/// </remarks>
internal sealed class JobFolder(string path)
{
    public const string RecordName = "record.json";

    // Bytes. Earlier versions kept commands of up to 256 KiB, in which a character may take 6 bytes.
    private const int MaxRecordBytes = 2 * 1024 * 1024;

    private const string EndingName = "ending.json";

    /// <summary>The names of the streams, and of their files.</summary>
    public static readonly string[] Streams = ["stdout", "stderr"];

    public string Path => path;

    /// <summary>The supervisor; null if it has not begun.</summary>
    public ProcessIdentity? Supervisor => Identity("holder.");

    /// <summary>The process that leads the job's group; null if there is none yet.</summary>
    public ProcessIdentity? Leader => Identity("leader.");

    /// <summary>The path of a stream's file.</summary>
    public string StreamFile(string name) => FileOf(name);

    /// <summary>Makes the folder with all its files. If it throws, there is no folder.</summary>
    /// <exception cref="IOException">The folder exists, or there is no room.</exception>
    public void Create(JobRecord record)
    {
        if (Directory.Exists(path))
            throw new IOException($"{path} already exists");
        string aside = $"{path}.new";
        try
        {
            PrivateFolder.Create(aside);
            foreach (string name in (string[])[.. Streams, "ready", "leads", "ends"])
                PrivateFile.TryCreate(System.IO.Path.Combine(aside, name), []);
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(record, JobJson.Default.JobRecord);
            PrivateFile.TryCreate(System.IO.Path.Combine(aside, RecordName), json);
            Directory.Move(aside, path);
        }
        catch
        {
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true);
            throw;
        }
    }

    /// <summary>Reads the job's record.</summary>
    /// <exception cref="JsonException">The record is damaged.</exception>
    public JobRecord ReadRecord()
    {
        JobRecord record = JsonSerializer.Deserialize(ReadFile(RecordName), JobJson.Default.JobRecord)
            ?? throw new JsonException("the record is null");
        if (record.Fault() is { } fault)
            throw new JsonException(fault);
        // Earlier versions kept whole commands.
        return record with { Command = KeptText.Of(record.Command) };
    }

    /// <summary>Reads how the job ended; null if no server has recorded it.</summary>
    /// <exception cref="JsonException">The record of the end is damaged.</exception>
    public JobEnding? ReadEnding()
    {
        if (!File.Exists(FileOf(EndingName)))
            return null;
        JobEnding? ending = JsonSerializer.Deserialize(ReadFile(EndingName), JobJson.Default.JobEnding);
        if (ending?.Fault() is { } fault)
            throw new JsonException(fault);
        return ending?.Cut();
    }

    /// <summary>Records how the job ended.</summary>
    public void WriteEnding(JobEnding ending)
        => PrivateFile.TryCreate(FileOf(EndingName), JsonSerializer.SerializeToUtf8Bytes(ending, JobJson.Default.JobEnding));

    /// <summary>The command's exit status, and when the command ended; null if the supervisor has not recorded it.</summary>
    public (int Status, DateTimeOffset Time)? Exit()
    {
        const string start = "exit.";
        if (FindName(start) is not { } name)
            return null;
        if (!int.TryParse(name[start.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int status))
            return null;
        return (status, File.GetLastWriteTimeUtc(FileOf(name)));
    }

    /// <summary>Keeps a supervisor that has not begun yet from starting the command later; false if it has begun.</summary>
    /// <remarks>Renames <c>ready</c>, which the supervisor renames to begin. If this rename loses the race, the job is running.</remarks>
    public bool TryClose()
    {
        try
        {
            File.Move(FileOf("ready"), FileOf("closed"));
            return true;
        }
        catch (FileNotFoundException)
        {
            return Supervisor is null;
        }
    }

    public void Delete() => Directory.Delete(path, recursive: true);

    // A job's command may put anything in the place of its record: a pipe, a device, a file of any length.
    private byte[] ReadFile(string name)
    {
        using SafeFileHandle file = RegularFile.Open(FileOf(name));
        long length = RandomAccess.GetLength(file);
        if (length > MaxRecordBytes)
            throw new IOException($"{name} has {length} bytes");
        byte[] content = new byte[length];
        int read = RandomAccess.Read(file, content, 0);
        return content[..read];
    }

    private string FileOf(string name) => System.IO.Path.Combine(path, name);

    private string? FindName(string start)
        => Directory.EnumerateFiles(path, $"{start}*").Select(System.IO.Path.GetFileName).FirstOrDefault();

    private ProcessIdentity? Identity(string start)
    {
        string[] parts = FindName(start)?.Split('.') ?? [];
        if (parts.Length != 3 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            return null;
        return new(pid, parts[2]);
    }
}
