using System.Diagnostics;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Telemetry;

/// <summary>The span of a job, below that of the request that starts it.</summary>
/// <param name="activity">The span.</param>
internal sealed class JobSpan(Activity activity)
{
    private const string Variable = "TRACEPARENT";

    /// <summary>Starts a span, which is not the current span of the caller. It is only sent if it ends.</summary>
    /// <param name="job">The id of the job.</param>
    /// <param name="kind">What it runs: a word of a fixed set.</param>
    /// <param name="key">The fingerprint of its owner's key.</param>
    /// <returns>Null if there is no listener, or it does not want this span.</returns>
    public static JobSpan? Start(string job, string kind, string key)
    {
        Activity? request = Activity.Current;
        if (RequestSpan.Source.StartActivity("job") is not { } activity)
            return null;
        Activity.Current = request;
        activity.SetTag(ServerTelemetry.Job, job);
        activity.SetTag(ServerTelemetry.JobKind, kind);
        activity.SetTag(ServerTelemetry.Key, key);
        return new(activity);
    }

    /// <summary>Adds the span to the environment of the process that the request starts, unless the request sets it.</summary>
    public ExecRequest Pass(ExecRequest exec)
    {
        bool startsProcess = exec is { Builtin: null, Line: null, Files: null, IsForwarding: false };
        if (!startsProcess || exec.Env?.ContainsKey(Variable) == true)
            return exec;
        IReadOnlyDictionary<string, string> asked = exec.Env ?? new Dictionary<string, string>();
        return exec with { Env = new Dictionary<string, string>(asked, StringComparer.Ordinal) { [Variable] = activity.Id! } };
    }

    /// <summary>Ends the span.</summary>
    /// <param name="outcome">How the job ended.</param>
    /// <param name="code">The exit status.</param>
    public void End(string outcome, int code)
    {
        activity.SetTag(ServerTelemetry.Outcome, outcome);
        activity.SetTag(ServerTelemetry.ExitCode, code);
        if (code != 0)
            activity.SetStatus(ActivityStatusCode.Error);
        activity.Stop();
    }
}
