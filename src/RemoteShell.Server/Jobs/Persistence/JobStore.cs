using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Jobs.Detached;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Native;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Persistence;

/// <summary>Stores jobs on disk: a journal of those that live with the server, and a folder for each detached job.</summary>
internal sealed class JobStore : IDisposable
{
    private const string JournalName = "journal";

    // Large enough that a rewrite is rare, and small enough that reading the lines at the start takes little time.
    private const int RewriteAfterLines = 20_000;

    // EWOULDBLOCK on macOS, and Windows' error.
    private const int MacTryAgain = 35, SharingViolation = 32;

    // The journal takes at most JobJournal.MaxBytes and these.
    private const long RewriteAfterBytes = 64L << 20;

    // The owner of a line about the ids of all keys.
    private const string AllKeys = "";

    // Used ids of one line: it is below JournalReader.MaxLineBytes.
    private const int IdsOfLine = 1000;

    // Bytes of the disk. A line of the journal with a long command has as many.
    private const long LeastRoom = 64 * 1024;

    private readonly string _folder;
    private readonly ILogger _log;
    private readonly JobJournal _journal;
    private readonly FileStream _lock;

    // What the journal tells of earlier servers; null once it has been read.
    private JournalContent? _content;

    // Whether the journal lacks a line, since it could not be written.
    private volatile bool _isIncomplete;

    // Whether the log says so.
    private volatile bool _isReported;

    private JobStore(string folder, ILogger log, FileStream lockFile, JobJournal journal, JournalContent content)
        => (_folder, _log, _lock, _journal, _content) = (folder, log, lockFile, journal, content);

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
            string path = Path.Combine(folder, JournalName);
            (JobJournal journal, JournalContent content) = JobJournal.Open(path, text => log.LogWarning("{Finding}", text));
            return new(folder, log, lockFile, journal, content);
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

    /// <summary>Why no job can be recorded now; null: it can.</summary>
    public string? FindFault()
    {
        if (_isIncomplete)
            return "the journal of the jobs cannot be written";
        try
        {
            return new DriveInfo(_folder).AvailableFreeSpace < LeastRoom ? "the disk of the state folder is full" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "the disk of the state folder does not answer";
        }
    }

    /// <summary>Records that the job begins. From now on its id is used, whatever happens.</summary>
    /// <returns>Whether the record was written; false if the disk is full.</returns>
    public bool TryWriteBegan(Job job) => Add(new(job.Id, job.Record.Owner, Began: job.Record));

    /// <summary>Records the session of the job's command, so that a later server can end it.</summary>
    public void WriteSession(Job job) => Add(new(job.Id, job.Record.Owner, Session: job.Session));

    /// <summary>Records how the job ended.</summary>
    public void WriteEnded(Job job, JobEnding ending)
    {
        if (job.Record.Detached)
            Try(() => FolderOf(job.Record).WriteEnding(ending));
        else
            Add(new(job.Id, job.Record.Owner, Ended: ending));
    }

    /// <summary>Records that the job is not remembered any more, and that its id stays used.</summary>
    public void WriteUsed(Job job)
    {
        var now = ClockReading.Now();
        Add(new(null, job.Record.Owner, Used: new Dictionary<string, long> { [job.Id] = now.Time }, Written: now));
    }

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

    /// <summary>Rewrites the journal if it has grown enough, or lacks a line that could not be written.</summary>
    public void Tidy(IEnumerable<Job> jobs, UsedIds used)
    {
        if (_isIncomplete || _journal.Lines >= RewriteAfterLines || _journal.Bytes >= RewriteAfterBytes)
            Rewrite(jobs, used);
    }

    /// <summary>Rewrites the journal with the given jobs and used ids only.</summary>
    public void Rewrite(IEnumerable<Job> jobs, UsedIds used)
    {
        // What matters most comes first, since the journal has a limit: ids, jobs that run, the jobs that ended last.
        IEnumerable<JournalLine> missing = used.CompleteSince().Select(key => MissingLine(key.Owner?.ToString() ?? AllKeys, key.Since));
        IEnumerable<JournalLine> ids =
            from key in used.List()
            from part in key.Ids.Chunk(IdsOfLine)
            select LineOf(key.Owner, part);
        IEnumerable<JournalLine> records = jobs
            .Where(job => !job.Record.Detached)
            .OrderBy(job => job.SinceEnd)
            .Select(job => new JournalLine(job.Id, job.Record.Owner, job.Record, job.Session, job.Ending));
        // Before the rewrite: a line that cannot be added meanwhile sets it again.
        _isIncomplete = false;
        TryJournal(() =>
        {
            int leftOut = _journal.Rewrite(missing.Concat(ids).Concat(records), () => MissingLine(AllKeys, SystemClock.Now));
            if (leftOut > 0)
                _log.LogWarning("the journal is full: {Jobs} jobs that have ended will not be remembered after a restart", leftOut);
        });
        if (_isIncomplete || !_isReported)
            return;
        _isReported = false;
        _log.LogInformation("the journal can be written again, and is complete");
    }

    /// <summary>The jobs in the journal, as an earlier server left them.</summary>
    public IEnumerable<(JobRecord Record, JobEnding? Ending, SessionIdentity? Session)> ReadJournal()
        => _content?.Jobs.Select(line => (line.Began!, line.Ended, line.Session)) ?? [];

    /// <summary>Fills in the used ids in the journal whose jobs are not remembered, and since when they are all there.</summary>
    /// <remarks>
    /// Only the journal of the same boot can tell that. Before that, a loss of power may have lost the last lines, and the wall clock may
    /// have been set.
    /// </remarks>
    public void ReadUsed(UsedIds used)
    {
        used.MarkMissing(_content is { HasGap: false } content ? content.CompleteSince(AllKeys) ?? SystemClock.Now : SystemClock.Now);
        foreach ((string owner, long moment) in _content?.Missing ?? [])
        {
            if (PublicKey.TryParseAny(owner, out PublicKey? key))
                used.MarkMissing(moment, key!);
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        foreach ((string id, string owner, long time) in _content?.Used ?? [])
        {
            // A time that the calendar does not have counts as now.
            bool isTime = time >= 0 && time <= now.ToUnixTimeMilliseconds();
            if (PublicKey.TryParseAny(owner, out PublicKey? key))
                used.Add(id, key!, isTime ? now - DateTimeOffset.FromUnixTimeMilliseconds(time) : TimeSpan.Zero);
        }
    }

    /// <summary>Frees the memory of what was read from the journal.</summary>
    public void EndReading() => _content = null;

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

            if (TryReadDetached(path) is { } job)
                yield return job;
        }
    }

    // Whatever is in the folder, it does not keep the server from starting.
    private (JobRecord Record, JobFolder Folder, JobEnding? Ending)? TryReadDetached(string path)
    {
        // What is set aside of a damaged journal may be a folder.
        if (Path.GetFileName(path).StartsWith(JournalName, StringComparison.Ordinal))
            return null;
        try
        {
            var folder = new JobFolder(path);
            JobRecord record = folder.ReadRecord();
            if (FolderOf(record).Path != path || !record.Detached)
                throw new JsonException("the record is of another job");
            return (record, folder, folder.ReadEnding());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _log.LogError("cannot read the job in {Folder}; the folder is left as it is: {Reason}", path, LogSanitizer.Of(e.Message));
            return null;
        }
    }

    private static JournalLine LineOf(PublicKey owner, (string Id, TimeSpan Age)[] ids)
    {
        var now = ClockReading.Now();
        var times = ids.ToDictionary(id => id.Id, id => now.Time - (long)id.Age.TotalMilliseconds, StringComparer.Ordinal);
        return new(null, owner.ToString(), Used: times, Written: now);
    }

    private static JournalLine MissingLine(string owner, long moment)
        => new("", owner, CompleteSince: moment, Written: ClockReading.Now());

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
            return StateFile.Open(
                path, new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None });
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

    private bool Add(JournalLine line) => TryJournal(() => _journal.Add(line));

    // A journal that cannot be written is rewritten as soon as it can be. One line in the log says so, and not one for each job.
    private bool TryJournal(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or ArgumentOutOfRangeException)
        {
            // ArgumentOutOfRangeException: the file would exceed the limit of file sizes (EFBIG).
            if (!_isReported)
                _log.LogError("the journal of the jobs cannot be written, and is tried again: {Reason}", e.Message);
            (_isReported, _isIncomplete) = (true, true);
            return false;
        }
    }

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
