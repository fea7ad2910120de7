using System.Diagnostics;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Telemetry;

/// <summary>The span of a request. A command line may have secrets in it, so no span has one.</summary>
/// <param name="activity">The span.</param>
internal sealed class RequestSpan(Activity activity)
{
    // Characters of a traceparent of version 00.
    private const int Length = 55;

    /// <summary>The source of the spans of all servers of this process.</summary>
    public static ActivitySource Source { get; } = new(ServerTelemetry.Name, ProductVersion.Text);

    /// <summary>Starts a span, below that of the client if the request names one. It is the current span of the caller.</summary>
    /// <param name="open">The request. A <c>traceparent</c> that is not valid counts as absent.</param>
    /// <param name="verb">The request's name, of a fixed set.</param>
    /// <param name="key">The fingerprint of the client's key.</param>
    /// <returns>Null if there is no listener, or it does not want this span.</returns>
    public static RequestSpan? Start(OpenRequest open, string verb, string key)
    {
        if (!Source.HasListeners())
            return null;
        // The activity of the code that started the server is not the parent of a request.
        Activity.Current = null;
        if (Source.StartActivity(verb, ActivityKind.Server, ParentOf(open.Traceparent)) is not { } activity)
            return null;
        activity.SetTag(ServerTelemetry.Verb, verb);
        activity.SetTag(ServerTelemetry.Key, key);
        if (open is ExecRequest exec)
            activity.SetTag(ServerTelemetry.Job, exec.Job);
        return new(activity);
    }

    /// <summary>The span that a <c>traceparent</c> names; the default if it is absent, or not of the form of W3C Trace Context.</summary>
    /// <remarks>A later version may have more after a hyphen. .NET checks neither hyphens nor what comes later.</remarks>
    public static ActivityContext ParentOf(string? traceparent)
    {
        bool isOfForm = traceparent is { Length: >= Length }
            && (traceparent[2], traceparent[35], traceparent[52]) is ('-', '-', '-')
            && (traceparent.Length == Length || (traceparent[Length] == '-' && !traceparent.StartsWith("00", StringComparison.Ordinal)));
        return isOfForm && ActivityContext.TryParse(traceparent![..Length], traceState: null, isRemote: true, out ActivityContext parent)
            ? parent
            : default;
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
