using System.Text.Json;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Fleet;

/// <summary>The runs of this user, each in a folder of its own. Files have mode 0600.</summary>
/// <param name="folder">The folder of all runs. It is created when the first run is.</param>
public sealed class RunStore(string folder)
{
    /// <summary>How long a run is kept.</summary>
    public static readonly TimeSpan KeepTime = TimeSpan.FromDays(30);

    /// <summary>The most bytes of all runs. Beyond that the oldest runs that have ended are removed.</summary>
    public const long KeepBytes = 1024 * 1024 * 1024;

    /// <summary>Keeps a new run. When this returns, all of its jobs' ids are on the disk.</summary>
    /// <param name="record">What it does.</param>
    /// <param name="targets">Its hosts.</param>
    /// <exception cref="RemoteShellException">It cannot be kept.</exception>
    public KeptRun Create(RunRecord record, IReadOnlyList<RunTarget> targets)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(targets);
        string place = Path.Combine(folder, record.Id);
        try
        {
            PrivateFolder.Create(folder);
            PrivateFolder.Create(place);
            return KeptRun.Create(place, record with { Hosts = targets.Count }, targets);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(place);
            throw new RemoteShellException($"the run cannot be kept in {folder}: {e.Message}", e)
            {
                Hint = "nothing was started; make room there, or set XDG_STATE_HOME to a folder that you can write",
            };
        }
    }

    /// <summary>Opens a run, to read it.</summary>
    /// <param name="id">The run's id, or a prefix that no other run has.</param>
    /// <exception cref="RemoteShellException">There is no such run, or it is damaged.</exception>
    public KeptRun Open(string id) => KeptRun.Read(Find(id));

    /// <summary>Opens a run, to go on with it.</summary>
    /// <param name="id">The run's id, or a prefix that no other run has.</param>
    /// <exception cref="RemoteShellException">There is no such run, it is damaged, or another client runs it.</exception>
    public KeptRun Take(string id) => KeptRun.Take(Find(id));

    /// <summary>All runs, the oldest first. Those that cannot be read are left out.</summary>
    public IReadOnlyList<KeptRun> List() => [.. All().Where(HasHosts)];

    /// <summary>Removes a run and its output. The jobs of its hosts that may still run are forgotten.</summary>
    /// <exception cref="RemoteShellException">A client runs it.</exception>
    public void Forget(KeptRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.State == RunState.Running)
            throw new RemoteShellException($"a client runs {run.Record.Id} at this moment") { Hint = "end that client first" };
        Directory.Delete(run.Folder, recursive: true);
    }

    /// <summary>Removes a run and its output.</summary>
    /// <exception cref="RemoteShellException">It runs, or jobs of it may still run, and would be forgotten.</exception>
    public void Remove(KeptRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        string id = run.Record.Id;
        if (run.State != RunState.Running && run.Resumable.Count > 0)
        {
            throw new RemoteShellException($"the jobs of {run.Resumable.Count} hosts of the run {id} may still run")
            {
                Hint = $"go on with it: rsh-client runs resume {id}; or end its jobs: rsh-client runs kill {id}; or forget them: --force",
            };
        }

        Forget(run);
    }

    /// <summary>Removes runs that are older than <see cref="KeepTime"/>, and the oldest beyond <see cref="KeepBytes"/>.</summary>
    /// <remarks>A run that a client runs stays. One that was interrupted stays for <see cref="KeepTime"/>.</remarks>
    public void Trim()
    {
        List<KeptRun> runs = [.. All()];
        DateTimeOffset oldest = DateTimeOffset.UtcNow - KeepTime;
        long total = runs.Sum(run => run.Bytes);
        foreach (KeptRun run in runs)
        {
            bool isOld = run.Record.Started < oldest;
            if (!isOld && total <= KeepBytes)
                continue;
            RunState state = run.State;
            if (state == RunState.Running || (!isOld && state != RunState.Ended))
                continue;
            total -= run.Bytes;
            TryDelete(run.Folder);
        }
    }

    private static void TryDelete(string place)
    {
        try
        {
            Directory.Delete(place, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another client removes it at the same time, or the next one tries again.
        }
    }

    private static bool HasHosts(KeptRun run)
    {
        try
        {
            return run.Targets.Count > 0;
        }
        catch (Exception e) when (e is RemoteShellException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static KeptRun? TryOpen(string place)
    {
        try
        {
            return KeptRun.Read(place);
        }
        catch (Exception e) when (e is RemoteShellException or IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private IEnumerable<KeptRun> All() => Folders().Select(TryOpen).OfType<KeptRun>();

    // Ids begin with the time.
    private string[] Folders()
        => Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)] : [];

    private string Find(string id)
    {
        string[] found = [.. Folders().Where(place => Path.GetFileName(place).StartsWith(id, StringComparison.Ordinal))];
        string? whole = found.FirstOrDefault(place => Path.GetFileName(place) == id);
        return (whole, found.Length) switch
        {
            (not null, _) => whole,
            (_, 1) when id.Length > 0 => found[0],
            (_, 0) => throw new RemoteShellException($"there is no run {id}") { Hint = "list the runs: rsh-client runs" },
            _ => throw new RemoteShellException($"several runs begin with '{id}'") { Hint = "list the runs: rsh-client runs" },
        };
    }
}
