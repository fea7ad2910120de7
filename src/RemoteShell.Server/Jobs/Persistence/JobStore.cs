using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Jobs.Detached;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Native;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Persistence;

/// <summary>Stores jobs on disk: a journal of those that live with the server, and a folder for each detached job.</summary>
internal sealed class JobStore : IDisposable
{
    // Large enough that a rewrite is rare, and small enough that reading the lines at the start takes little time.
    private const int RewriteAfterLines = 20_000;

    // EWOULDBLOCK on macOS, and Windows' error.
    private const int MacTryAgain = 35, SharingViolation = 32;

    private readonly string _folder;
    private readonly ILogger _log;
    private readonly JobJournal _journal;
    private readonly FileStream _lock;
    private readonly IReadOnlyList<JournalLine> _lines;

    private JobStore(string folder, ILogger log, FileStream lockFile, JobJournal journal, IReadOnlyList<JournalLine> lines)
        => (_folder, _log, _lock, _journal, _lines) = (folder, log, lockFile, journal, lines);

    /// <summary>Where spill files are made.</summary>
    public string Folder => _folder;

    /// <summary>Creates the folder if it does not exist, locks it, and reads the journal.</summary>
    /// <exception cref="RemoteShellException">The folder cannot be used, or another server uses it.</exception>
    public static JobStore Open(string folder, ILogger log)
    {
        FileStream? lockFile = null;
        try
        {
            PrivateFolder.Create(folder);
            lockFile = Lock(Path.Combine(folder, "lock"));
            string path = Path.Combine(folder, "journal");
            (JobJournal journal, IReadOnlyList<JournalLine> lines) = JobJournal.Open(path, text => log.LogWarning("{Finding}", text));
            return new(folder, log, lockFile, journal, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lockFile?.Dispose();
            throw new RemoteShellException($"cannot use the folder of the jobs: {e.Message}", e)
            {
                Hint = $"make room on its disk, and check that this user may write to {folder}",
            };
        }
    }

    /// <summary>Records that the job begins. From now on its id is used, whatever happens.</summary>
    /// <remarks>If the disk is full the job runs all the same: the user may want to make room with it.</remarks>
    public void WriteBegan(Job job) => Try(() => _journal.Add(new(job.Id, job.Record.Owner, Began: job.Record)));

    /// <summary>Records the session of the job's command, so that a later server can end it.</summary>
    public void WriteSession(Job job) => Try(() => _journal.Add(new(job.Id, job.Record.Owner, Session: job.Session)));

    /// <summary>Records how the job ended.</summary>
    public void WriteEnded(Job job, JobEnding ending) => Try(() =>
    {
        if (job.Record.Detached)
            FolderOf(job.Record).WriteEnding(ending);
        else
            _journal.Add(new(job.Id, job.Record.Owner, Ended: ending));
    });

    /// <summary>The folder of a detached job.</summary>
    public JobFolder FolderOf(JobRecord record) => new(Path.Combine(_folder, NameOf(record)));

    /// <summary>The job's name among those of all keys.</summary>
    public static string NameOf(JobRecord record) => $"{record.Id}-{NameOf(record.Owner)}";

    /// <summary>Deletes what is stored of a detached job. The lines of other jobs go with the next rewrite.</summary>
    public void Forget(Job job)
    {
        if (job.Record.Detached)
            Try(FolderOf(job.Record).Delete);
    }

    /// <summary>Rewrites the journal if it has grown enough.</summary>
    public void Tidy(IEnumerable<Job> jobs)
    {
        if (_journal.Lines >= RewriteAfterLines)
            Rewrite(jobs);
    }

    /// <summary>Rewrites the journal with the given jobs only.</summary>
    public void Rewrite(IEnumerable<Job> jobs)
    {
        IEnumerable<JournalLine> lines = jobs
            .Where(job => !job.Record.Detached)
            .Select(job => new JournalLine(job.Id, job.Record.Owner, job.Record, job.Ending, job.Session));
        Try(() => _journal.Rewrite(lines));
    }

    /// <summary>The jobs in the journal, as an earlier server left them.</summary>
    public IEnumerable<(JobRecord Record, JobEnding? Ending, SessionIdentity? Session)> ReadJournal()
        => from line in _lines
           group line by (line.Id, line.Owner) into job
           let record = job.FirstOrDefault(line => line.Began is not null)?.Began
           where record is not null
           select (
               record,
               job.LastOrDefault(line => line.Ended is not null)?.Ended,
               job.LastOrDefault(line => line.Session is not null)?.Session);

    /// <summary>The detached jobs on disk. One that cannot be read is logged and left as it is; the others are still returned.</summary>
    public IEnumerable<(JobRecord Record, JobFolder Folder, JobEnding? Ending)> ReadDetached()
    {
        foreach (string path in Directory.EnumerateDirectories(_folder))
        {
            if (path.EndsWith(".new", StringComparison.Ordinal))
            {
                // An earlier server ended while it made the folder: the job had not begun.
                Try(() => Directory.Delete(path, recursive: true));
                continue;
            }

            (JobRecord, JobFolder, JobEnding?)? found = null;
            try
            {
                var folder = new JobFolder(path);
                found = (folder.ReadRecord(), folder, folder.ReadEnding());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
            {
                _log.LogError("cannot read the job in {Folder}; the folder is left as it is: {Reason}", path, e.Message);
            }

            if (found is { } job)
                yield return job;
        }
    }

    public void Dispose()
    {
        _journal.Dispose();
        _lock.Dispose();
    }

    // A second server would treat the first one's jobs as lost, and end them. The system releases the lock when the server is gone, however
    // it ended.
    private static FileStream Lock(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsLocked(e))
        {
            throw new RemoteShellException($"another rsh-server uses {Path.GetDirectoryName(Path.GetDirectoryName(path))}", e)
            {
                Hint = "stop that one first, or give this one a folder of its own by RSH_HOME",
            };
        }
    }

    // On Unix the error number is the one of flock(2), EWOULDBLOCK, and on Windows ERROR_SHARING_VIOLATION. Other errors have other causes,
    // such as a file system that is mounted read-only.
    private static bool IsLocked(IOException e) => (e.HResult & 0xFFFF) is FileCalls.TryAgain or MacTryAgain or SharingViolation;

    // A full disk must not end the jobs that run.
    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or ArgumentOutOfRangeException)
        {
            // ArgumentOutOfRangeException: the file would exceed the limit of file sizes (EFBIG).
            _log.LogError("cannot write a job's record: {Reason}", e.Message);
        }
    }

    private static string NameOf(string owner) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)))[..16];
}
