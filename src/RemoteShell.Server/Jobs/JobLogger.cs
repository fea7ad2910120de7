using System.Globalization;
using System.Net;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Logging;
using Serilog;

namespace RemoteShell.Server.Jobs;

/// <summary>A job in the server's log: who ran what, and how it ended. Values of variables and standard input are never in it.</summary>
internal sealed class JobLogger(ILogger log, Job job, AuthorizedKey owner, IPEndPoint peer)
{
    private readonly string _command = LogSanitizer.Of(job.Record.Command);

    private readonly ILogger _log = log.ForContext("Fingerprint", owner.Key.Fingerprint).ForContext("Name", owner.Comment);

    public void Started() => _log.Information("job {Job} started for {Peer}: {Command}", job.Id, peer, _command);

    public void Ended(JobOutcome outcome, long bytes)
        => _log.ForContext("Command", _command).ForContext("Outcome", outcome.Kind).ForContext("Code", outcome.Code).ForContext("Signal", outcome.Signal).ForContext("Reason", outcome.Reason).Information(
            "job {Job} ended for {Peer}: {Ending}, {Bytes} bytes in {Duration} ms", job.Id, peer, Words(outcome), bytes, Math.Round(job.Duration.TotalMilliseconds, 1));

    private static string Words(JobOutcome outcome)
        => string.Join(' ', new[] { outcome.Kind, outcome.Code.ToString(CultureInfo.InvariantCulture), outcome.Signal, outcome.Reason is { } reason ? $"({reason})" : null }.OfType<string>());
}
