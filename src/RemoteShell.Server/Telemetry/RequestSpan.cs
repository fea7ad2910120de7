using System.Diagnostics;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Telemetry;

/// <summary>The span of a request. A command line may have secrets in it, so no span has one.</summary>
/// <param name="activity">The span.</param>
internal sealed class RequestSpan(Activity activity)
{
    /// <summary>The source of the spans of all servers of this process.</summary>
    public static ActivitySource Source { get; } = new(ServerTelemetry.Name, ProductVersion.Text);

    /// <summary>Starts a span, below that of the client if the request names one. It is the current span of the caller.</summary>
    /// <param name="open">The request. A <c>traceparent</c> that is not valid counts as absent.</param>
    /// <param name="verb">The request's name, of a fixed set.</param>
    /// <param name="key">The fingerprint of the client's key.</param>
    /// <returns>Null if nobody listens, or the listener does not want this span.</returns>
    public static RequestSpan? Start(OpenRequest open, string verb, string key)
    {
        if (!Source.HasListeners())
            return null;
        // Of whoever started the server.
        Activity.Current = null;
        _ = ActivityContext.TryParse(open.Traceparent, traceState: null, isRemote: true, out ActivityContext parent);
        if (Source.StartActivity(verb, ActivityKind.Server, parent) is not { } activity)
            return null;
        activity.SetTag(ServerTelemetry.Verb, verb);
        activity.SetTag(ServerTelemetry.Key, key);
        if (open is ExecRequest exec)
            activity.SetTag(ServerTelemetry.Job, exec.Job);
        return new(activity);
    }

    /// <summary>Ends the span.</summary>
    public void End(in RequestOutcome outcome)
    {
        activity.SetTag(ServerTelemetry.Outcome, outcome.Word);
        if (outcome.Error is { } error)
        {
            activity.SetTag(ServerTelemetry.ErrorType, error);
            activity.SetStatus(ActivityStatusCode.Error);
        }

        activity.Stop();
    }
}
