using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Persistence;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Detached;

/// <summary>What a server finds of the jobs of the one before it: detached ones go on, the others are over, and what still runs for those is ended.</summary>
internal sealed class JobRecovery(JobStore store, JobTable table, ILogger log)
{
    /// <summary>Fills the table; <paramref name="proceed"/> is called for each job that still runs.</summary>
    public void Run(Action<JobRecord, PublicKey, JobFolder, ProcessIdentity> proceed)
    {
        List<string> lost = [];
        foreach ((JobRecord record, JobEnding? ending) in store.ReadJournal())
        {
            if (!PublicKey.TryParse(record.Owner, out PublicKey? owner))
                continue;
            if (ending is null)
                lost.Add(record.Id);
            Add(record, owner!, ending ?? LostWithServer(), new Dictionary<string, JobOutput>());
        }

        foreach ((int pid, string job) in LeftoverProcesses.Of(lost))
        {
            log.LogWarning("process {Pid} of job {Job} was left without its server, and is ended", pid, job);
            ProcessGroup.End(pid);
        }

        foreach ((JobRecord record, JobFolder folder, JobEnding? ending) in store.ReadDetached())
            Recover(record, folder, ending, proceed);
    }

    private void Recover(JobRecord record, JobFolder folder, JobEnding? ending, Action<JobRecord, PublicKey, JobFolder, ProcessIdentity> proceed)
    {
        try
        {
            if (!PublicKey.TryParse(record.Owner, out PublicKey? key) || key is not { } owner)
            {
                log.LogError("the job in {Folder} has no owner that can be read, and is left as it is", folder.Path);
                return;
            }

            // A holder that has not begun by now never will: the door is closed, unless it got through in this moment.
            if (ending is null && folder.Exit() is null && !folder.TryClose() && folder.Supervisor is { } holder && record.Boot == ProcessIdentity.Boot && holder.IsAlive())
            {
                log.LogInformation("job {Job} runs since {Started:u}: {Command}", record.Id, record.Started, LogSanitizer.Of(record.Command));
                proceed(record, owner, folder, holder);
                return;
            }

            AddEnded(record, owner, folder, ending);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("the job in {Folder} cannot be read, and is left as it is: {Reason}", folder.Path, e.Message);
        }
    }

    private void AddEnded(JobRecord record, PublicKey owner, JobFolder folder, JobEnding? ending)
    {
        Dictionary<string, JobOutput> streams = [];
        foreach (string name in JobFolder.Streams)
        {
            var file = new FileOutput(folder.StreamFile(name));
            file.CompleteAt(ending?.Bytes.GetValueOrDefault(name, long.MaxValue) ?? long.MaxValue);
            streams[name] = file;
        }

        Job job = Add(record, owner, ending ?? new JobEnding
        {
            Outcome = DetachedRunner.OutcomeOf(folder, null, null),
            Ended = folder.Exit()?.Time ?? DateTimeOffset.UtcNow,
            Bytes = streams.ToDictionary(stream => stream.Key, stream => stream.Value.Length, StringComparer.Ordinal),
        }, streams);
        if (ending is null)
        {
            store.Ended(job, job.Ending!);
            log.LogInformation("job {Job} ended while no server ran: {Outcome} {Code}", record.Id, job.Ending!.Outcome.Kind, job.Ending.Outcome.Code);
        }
    }

    private Job Add(JobRecord record, PublicKey owner, JobEnding ending, IReadOnlyDictionary<string, JobOutput> streams)
    {
        var job = new Job(record, owner, new RecordedRunner(record.Command), streams);
        job.Recall(ending);
        table.TryAdd(job);
        return job;
    }

    private static JobEnding LostWithServer() => new() { Outcome = JobOutcome.Lost("the server was gone while it ran, and it was not detached"), Ended = DateTimeOffset.UtcNow };
}
