using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Jobs.Detached;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Persistence;

/// <summary>Recovers the jobs of an earlier server.</summary>
/// <remarks>Detached jobs go on. All others have ended, and processes that they left are ended.</remarks>
/// <param name="store">The jobs on disk.</param>
/// <param name="table">The jobs of this server.</param>
/// <param name="groups">The control groups of the jobs; null: they have none.</param>
/// <param name="grace">The time between TERM and KILL.</param>
/// <param name="log">Where each process that is ended is named.</param>
internal sealed class JobRecovery(JobStore store, JobTable table, ControlGroups? groups, TimeSpan grace, ILogger log)
{
    /// <summary>The jobs that the end of the earlier server has ended, after <see cref="Run"/>.</summary>
    public List<Job> Lost { get; } = [];

    /// <summary>The detached jobs that have ended while no server ran, after <see cref="Run"/>.</summary>
    public List<Job> EndedMeanwhile { get; } = [];

    /// <summary>Fills the table with the jobs that have ended, and calls <paramref name="proceed"/> for each job that still runs.</summary>
    public void Run(Action<JobRecord, PublicKey, JobFolder, ProcessIdentity> proceed)
    {
        List<LeftoverJob> lost = [];
        foreach ((JobRecord record, JobEnding? ending, SessionIdentity? session) in store.ReadJournal())
        {
            if (!PublicKey.TryParseAny(record.Owner, out PublicKey? owner))
                continue;
            // After another boot of the system, the numbers of processes and sessions are those of others.
            if (ending is null && record.Boot == ProcessIdentity.Boot)
                lost.Add(new(record.Id, session, groups?.Of(JobStore.NameOf(record))));
            Job job = Add(record, owner!, ending ?? LostWithServer(), new Dictionary<string, JobOutput>());
            if (ending is null)
                Lost.Add(job);
        }

        // The server starts meanwhile: a process that ignores TERM has its grace.
        _ = Task.Run(() => EndAsync(lost));

        foreach ((JobRecord record, JobFolder folder, JobEnding? ending) in store.ReadDetached())
            Recover(record, folder, ending, proceed);
    }

    private async Task EndAsync(List<LeftoverJob> lost)
    {
        try
        {
            await LeftoverProcesses.EndAsync(lost, grace, Found);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("cannot look for processes that have outlived their server: {Reason}", e.Message);
        }

        void Found(ProcessEntry process, string job) => log.LogWarning(
            "process {Pid} ({Name}) of job {Job} has outlived its server; ending it", process.Pid, process.Name, job);
    }

    private void Recover(
        JobRecord record, JobFolder folder, JobEnding? ending, Action<JobRecord, PublicKey, JobFolder, ProcessIdentity> proceed)
    {
        try
        {
            if (!PublicKey.TryParseAny(record.Owner, out PublicKey? key) || key is not { } owner)
            {
                log.LogError("the owner of the job in {Folder} cannot be read; the folder is left as it is", folder.Path);
                return;
            }

            if (ending is null && RunningSupervisor(record, folder) is { } supervisor)
            {
                log.LogInformation(
                    "job {Job} runs since {Started:u}: {Command}", record.Id, record.Started, record.Command);
                proceed(record, owner, folder, supervisor);
                return;
            }

            AddEnded(record, owner, folder, ending);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("cannot read the job in {Folder}; the folder is left as it is: {Reason}", folder.Path, e.Message);
        }
    }

    // Null if the job has ended, or never began.
    private static ProcessIdentity? RunningSupervisor(JobRecord record, JobFolder folder)
    {
        if (folder.Exit() is not null || folder.TryClose() || record.Boot != ProcessIdentity.Boot)
            return null;
        return folder.Supervisor is { } supervisor && supervisor.IsAlive() ? supervisor : null;
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

        if (ending is not null)
        {
            Add(record, owner, ending, streams);
            return;
        }

        var found = new JobEnding
        {
            Outcome = DetachedRunner.OutcomeOf(folder, null, null),
            Ended = folder.Exit()?.Time ?? DateTimeOffset.UtcNow,
            Bytes = streams.ToDictionary(stream => stream.Key, stream => stream.Value.Length, StringComparer.Ordinal),
        };
        Job job = Add(record, owner, found, streams);
        store.WriteEnded(job, found);
        EndedMeanwhile.Add(job);
        log.LogInformation("job {Job} ended while no server ran: {Outcome} {Code}", record.Id, found.Outcome.Kind, found.Outcome.Code);
    }

    private Job Add(JobRecord record, PublicKey owner, JobEnding ending, IReadOnlyDictionary<string, JobOutput> streams)
    {
        var job = new Job(record, table.Known(owner), runner: null, streams);
        job.Recall(ending);
        table.TryAdd(job);
        return job;
    }

    private static JobEnding LostWithServer() => new()
    {
        Outcome = JobOutcome.Lost("the server was gone while it ran, and it was not detached"),
        Ended = DateTimeOffset.UtcNow,
    };
}
