using System.Globalization;
using System.Net;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Logging;
using Serilog;

namespace RemoteShell.Server.Jobs;

/// <summary>Logs a job: who ran what, and how it ended. Never logs values of variables, or standard input.</summary>
internal sealed class JobLogger(ILogger log, Job job, AuthorizedKey owner, IPEndPoint peer)
{
    private readonly string _command = LogSanitizer.Of(job.Record.Command);

    private readonly ILogger _log = log.ForContext("Fingerprint", owner.Key.Fingerprint).ForContext("Name", owner.Comment);

    public void Started() => _log.Information("job {Job} started for {Peer}: {Command}", job.Id, peer, _command);

    public void Ended(JobOutcome outcome, long bytes)
    {
        double duration = Math.Round(job.Duration.TotalMilliseconds, 1);
        _log.ForContext("Command", _command)
            .ForContext("Outcome", outcome.Kind)
            .ForContext("Code", outcome.Code)
            .ForContext("Signal", outcome.Signal)
            .ForContext("Reason", outcome.Reason)
            .Information(
                "job {Job} ended for {Peer}: {Ending}, {Bytes} bytes in {Duration} ms", job.Id, peer, Describe(outcome), bytes, duration);
    }

    private static string Describe(JobOutcome outcome)
    {
        string? reason = outcome.Reason is null ? null : $"({outcome.Reason})";
        string?[] parts = [outcome.Kind, outcome.Code.ToString(CultureInfo.InvariantCulture), outcome.Signal, reason];
        return string.Join(' ', parts.OfType<string>());
    }
}
