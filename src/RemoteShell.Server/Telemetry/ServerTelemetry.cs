namespace RemoteShell.Server.Telemetry;

/// <summary>The names that metrics and spans share.</summary>
internal static class ServerTelemetry
{
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
