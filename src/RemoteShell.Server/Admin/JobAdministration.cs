using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Connections;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Streaming;
using RemoteShell.Server.Logging;

namespace RemoteShell.Server.Admin;

/// <summary>Lists and ends the jobs of all keys for the server's administrator.</summary>
/// <param name="jobs">The jobs.</param>
/// <param name="connections">Lists the present connections.</param>
/// <param name="options">Say where the keys are, and how long the end of a job may take.</param>
/// <param name="log">Receives what is ended.</param>
internal sealed class JobAdministration(
    JobTable jobs, Func<IEnumerable<ClientConnection>> connections, CurrentOptions options, ILogger log)
{
    private const string Reason = "the server's administrator ended it";

    // A list of more is of no use at a terminal, and would take memory.
    private const int MaxListed = 10_000;

    // How many ids the refusal of an ambiguous prefix lists.
    private const int MaxNamed = 20;

    // Beside the two times of grace, for processes that even KILL does not end.
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);

    /// <summary>Lists the jobs, the oldest first; of more than 10,000, the newest.</summary>
    /// <param name="all">Whether to list those too that have ended.</param>
    /// <param name="key">The fingerprint of the owner's key; null: those of all keys.</param>
    public AdminReply List(bool all, string? key)
    {
        Job[] wanted =
        [
            .. jobs.All
                .Where(job => (all || job.Ending is null) && IsOf(job, key))
                .OrderBy(job => job.Record.Started)
                .ThenBy(job => job.Id, StringComparer.Ordinal),
        ];
        int omitted = Math.Max(0, wanted.Length - MaxListed);
        Dictionary<string, string> names = Names();
        return new() { Jobs = [.. wanted.Skip(omitted).Select(job => Listed(job, names))], OmittedJobs = omitted };
    }

    /// <summary>Ends a job and waits for its end, or sends it a signal.</summary>
    /// <param name="prefix">The beginning of its id.</param>
    /// <param name="key">The fingerprint of the owner's key; null: the job of any key.</param>
    /// <param name="signal">The name of the signal; null ends the job.</param>
    public async Task<AdminReply> KillAsync(string prefix, string? key, string? signal)
    {
        Job[] found = prefix.Length == 0 ? [] : Find(prefix, key);
        if (found.Length == 0)
            return new() { Fault = $"there is no job '{prefix}'", Cure = "list the jobs with: rsh-server jobs --all" };
        if (found.Length > 1)
            return Ambiguous(prefix, found);
        Job job = found[0];
        if (job.Ending is not null)
            return new() { Fault = JobReply.Sentence(job) };
        if (signal is not null)
            return Signal(job, signal);
        log.LogWarning("the server's administrator ends job {Job}", job.Id);
        job.End(EndCause.ByPolicy(Reason));
        TimeSpan longest = (2 * options.Value.KillGrace) + LastWait;
        await ((Task)job.Completion).WaitAsync(longest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new() { Jobs = [Listed(job, Names())] };
    }

    private AdminReply Signal(Job job, string name)
    {
        if (SignalName.ToNumber(name) is not { } number)
        {
            return new()
            {
                Fault = $"this server does not know the signal '{name}'",
                Cure = "use a name without SIG: TERM, INT, HUP, KILL, USR1, …",
            };
        }

        if (!job.Signal(number))
            return new() { Fault = $"{JobReply.Sentence(job)}; it has no process to signal" };
        log.LogWarning("the server's administrator sent {Signal} to job {Job}", name, job.Id);
        return new() { Jobs = [Listed(job, Names())] };
    }

    // A whole id may belong to several keys: each client makes its own.
    private Job[] Find(string prefix, string? key)
    {
        Job[] own = [.. jobs.All.Where(job => job.Id.StartsWith(prefix, StringComparison.Ordinal) && IsOf(job, key))];
        Job[] whole = [.. own.Where(job => job.Id == prefix)];
        return whole.Length > 0 ? whole : own;
    }

    private static bool IsOf(Job job, string? key) => key is null || job.Owner.Fingerprint == key;

    private static AdminReply Ambiguous(string prefix, Job[] found)
    {
        bool isSameId = found.All(job => job.Id == prefix);
        IEnumerable<string> shown = found
            .OrderBy(job => job.Id, StringComparer.Ordinal)
            .Take(MaxNamed)
            .Select(job => isSameId ? job.Owner.Fingerprint : job.Id);
        string more = found.Length > MaxNamed ? ", …" : "";
        return new()
        {
            Fault = $"'{prefix}' matches {found.Length} jobs: {string.Join(", ", shown)}{more}",
            Cure = isSameId ? "name the key of the job with --key" : "write more characters of the id",
        };
    }

    // The names of the connections come last: a certificate's name is not in the file.
    private Dictionary<string, string> Names()
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        try
        {
            foreach (AuthorizedKey line in new AuthorizedKeys(options.Value.AuthorizedKeysFile).ReadAll((_, _, _) => { }))
                names.TryAdd(line.Key.Fingerprint, line.Comment);
        }
        catch (Exception e) when (e is PrivateFileException or IOException or UnauthorizedAccessException)
        {
            // The fingerprint stands for the name.
        }

        foreach (AuthorizedKey client in connections().Select(connection => connection.Info.Client))
            names[client.Key.Fingerprint] = client.Comment;
        return names;
    }

    private static ListedJob Listed(Job job, Dictionary<string, string> names) => new()
    {
        Job = job.Id,
        Key = job.Owner.Fingerprint,
        Name = LogSanitizer.Of(names.GetValueOrDefault(job.Owner.Fingerprint, "")),
        State = JobReply.Info(job).State,
        Since = job.Record.Started,
        Detached = job.Record.Detached,
        Attached = job.Clients.Count,
        Ended = job.Ending?.Ended,
        Outcome = job.Ending?.Outcome.Kind,
        Exit = job.Ending?.Outcome.Code,
        Reason = job.Ending?.Outcome.Reason is { } reason ? LogSanitizer.Of(reason) : null,
        Command = LogSanitizer.Of(job.Record.Command),
    };
}
