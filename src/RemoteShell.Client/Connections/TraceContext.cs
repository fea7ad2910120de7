using System.Diagnostics;

namespace RemoteShell.Client.Connections;

/// <summary>Tells which span of this program a request belongs to.</summary>
internal static class TraceContext
{
    // Characters of a traceparent of version 00.
    private const int Length = 55;

    /// <summary>The <c>traceparent</c> of a request that is made now; null if it belongs to no span.</summary>
    public static string? Of(ClientOptions options)
        => options.Traceparent is { } named ? Known(named) : Activity.Current is { IdFormat: ActivityIdFormat.W3C } span ? span.Id : null;

    // A server ignores any other, and it could be longer than a request may be.
    private static string? Known(string text) => text.Length == Length ? text : null;
}
