using System.Text.Json;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Jobs.Detached;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Persistence;

/// <summary>What is on disk of jobs: a journal of those that live with the server, and a folder for each that does not.</summary>
internal sealed class JobStore : IDisposable
{
    // So many lines that a rewrite is rare, and so few that reading them at the start takes no time.
    private const int RewriteAfter = 20_000;

    private readonly string _folder;
    private readonly ILogger _log;
    private readonly JobJournal _journal;
    private readonly FileStream _lock;
    private readonly IReadOnlyList<JournalLine> _lines;

    /// <exception cref="RemoteShellException">The folder cannot be used.</exception>
    public JobStore(string folder, ILogger log)
    {
        (_folder, _log) = (folder, log);
        try
        {
            PrivateFolder.Create(folder);
            _lock = Lock(Path.Combine(folder, "lock"));
            (_journal, _lines) = JobJournal.Open(Path.Combine(folder, "journal"), text => log.LogWarning("{Finding}", text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"the folder of the jobs cannot be used: {e.Message}", e) { Hint = $"make room there, or see to it that this user may write to {folder}" };
        }
    }

    /// <summary>Where files without a name are made.</summary>
    public string Folder => _folder;

    /// <summary>Keeps that the job begins; from now on its id is used, whatever happens. Where the disk is full it runs all the same: somebody may have come to make room.</summary>
    public void Began(Job job) => Try(() => _journal.Add(new(job.Id, job.Record.Owner, Began: job.Record)));

    /// <summary>Keeps how the job ended.</summary>
    public void Ended(Job job, JobEnding ending) => Try(() =>
    {
        if (job.Record.Detached)
            FolderOf(job.Record).WriteEnding(ending);
        else
            _journal.Add(new(job.Id, job.Record.Owner, Ended: ending));
    });

    /// <summary>The folder of a detached job.</summary>
    public JobFolder FolderOf(JobRecord record) => new(Path.Combine(_folder, $"{record.Id}-{NameOf(record.Owner)}"));

    /// <summary>Forgets a job.</summary>
    public void Forget(Job job)
    {
        if (job.Record.Detached)
            Try(FolderOf(job.Record).Delete);
    }

    /// <summary>Begins the journal anew, once enough of it is out of date.</summary>
    public void Tidy(IEnumerable<Job> jobs)
    {
        if (_journal.Lines >= RewriteAfter)
            Rewrite(jobs);
    }

    /// <summary>Begins the journal anew.</summary>
    public void Rewrite(IEnumerable<Job> jobs)
    {
        Try(() => _journal.Rewrite(jobs.Where(job => !job.Record.Detached).Select(job => new JournalLine(job.Id, job.Record.Owner, job.Record, Ended: job.Ending))));
    }

    /// <summary>The jobs of the journal, as the server before this one left them.</summary>
    public IEnumerable<(JobRecord Record, JobEnding? Ending)> ReadJournal()
        => from line in _lines
           group line by (line.Id, line.Owner) into job
           let record = job.FirstOrDefault(line => line.Began is not null)?.Began
           where record is not null
           select (record, job.LastOrDefault(line => line.Ended is not null)?.Ended);

    /// <summary>The detached jobs on disk. What cannot be read is told in the log, left as it is, and keeps nobody else from being found.</summary>
    public IEnumerable<(JobRecord Record, JobFolder Folder, JobEnding? Ending)> ReadDetached()
    {
        foreach (string path in Directory.EnumerateDirectories(_folder))
        {
            if (path.EndsWith(".new", StringComparison.Ordinal))
            {
                // Half of a folder that was being made: nothing had begun.
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
                _log.LogError("the job in {Folder} cannot be read, and is left as it is: {Reason}", path, e.Message);
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

    // A second server would take the first one's jobs for lost, and end them. The system gives the lock back when its holder is gone, however that was.
    private static FileStream Lock(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new RemoteShellException($"another rsh-server works in {Path.GetDirectoryName(Path.GetDirectoryName(path))}", e) { Hint = "stop that one first, or give this one a folder of its own by RSH_HOME" };
        }
    }

    // A disk that is full must not end what runs.
    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _log.LogError("a job's record cannot be written: {Reason}", e.Message);
        }
    }

    private static string NameOf(string owner) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(owner)))[..16];
}
