using System.Globalization;
using Microsoft.Extensions.Logging;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Jobs;

/// <summary>Logs the start and the end of a job: who ran what, and how it ended.</summary>
/// <remarks>Values of environment variables and standard input are never logged.</remarks>
internal sealed class JobLogger(ILogger log, Job job, AuthorizedKey owner, Peer peer)
{
    // Properties beside those of the message's template; they go into the log as a scope.
    private readonly KeyValuePair<string, object?>[] _owner =
    [
        new("Fingerprint", owner.Key.Fingerprint),
        new("Name", owner.Comment),
    ];

    public void Started()
    {
        if (!log.IsEnabled(LogLevel.Information))
            return;
        using IDisposable? scope = log.BeginScope(_owner);
        log.LogInformation("job {Job} started for {Peer} {Connection}: {Command}", job.Id, peer, peer.Mark, job.Record.Command);
    }

    public void Ended(JobOutcome outcome, long bytes)
    {
        if (!log.IsEnabled(LogLevel.Information))
            return;
        KeyValuePair<string, object?>[] properties =
        [
            .. _owner,
            new("Command", job.Record.Command),
            new("Outcome", outcome.Kind),
            new("Code", outcome.Code),
            new("Signal", outcome.Signal),
            new("Reason", outcome.Reason),
        ];
        using IDisposable? scope = log.BeginScope(properties);
        double duration = Math.Round(job.Duration.TotalMilliseconds, 1);
        log.LogInformation(
            "job {Job} ended for {Peer} {Connection}: {Ending}, {Bytes} bytes in {Duration} ms",
            job.Id,
            peer,
            peer.Mark,
            Words(outcome),
            bytes,
            duration);
    }

    private static string Words(JobOutcome outcome)
    {
        string?[] words =
        [
            outcome.Kind,
            outcome.Code.ToString(CultureInfo.InvariantCulture),
            outcome.Signal,
            outcome.Reason is { } reason ? $"({reason})" : null,
        ];
        return string.Join(' ', words.OfType<string>());
    }
}
