namespace RemoteShell.Server.Telemetry;

/// <summary>The names that metrics and spans share.</summary>
internal static class ServerTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "RemoteShell.Server";

    /// <summary>The fingerprint of the client's key. Of spans only.</summary>
    public const string Key = "rsh.key";

    /// <summary>The id of the job. Of spans only.</summary>
    public const string Job = "rsh.job.id";

    /// <summary>The exit status, as a shell shows it. Of spans only.</summary>
    public const string ExitCode = "process.exit.code";

    /// <summary>The request's name on the wire; <c>unknown</c> for one that this server does not know.</summary>
    public const string Verb = "rsh.verb";

    /// <summary>How it ended.</summary>
    public const string Outcome = "rsh.outcome";

    /// <summary>Why it did not succeed: an error code of the protocol, or another word of a fixed set.</summary>
    public const string ErrorType = "error.type";

    /// <summary>What a job runs.</summary>
    public const string JobKind = "rsh.job.kind";

    /// <summary>What a job is doing, and whether its output is kept.</summary>
    public const string JobState = "rsh.job.state";

    /// <summary><c>receive</c> or <c>transmit</c>.</summary>
    public const string Direction = "network.io.direction";
}
