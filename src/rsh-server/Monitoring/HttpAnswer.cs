using System.Globalization;
using System.Text;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>An answer of HTTP/1.1, after which the connection closes.</summary>
/// <param name="Status">The status and its reason, such as <c>200 OK</c>.</param>
/// <param name="Type">The type of the text.</param>
/// <param name="Text">The text.</param>
internal sealed record HttpAnswer(string Status, string Type, string Text)
{
    private const string Plain = "text/plain; charset=utf-8";

    /// <summary>The text format of Prometheus.</summary>
    public static HttpAnswer Metrics(string text) => new("200 OK", "text/plain; version=0.0.4; charset=utf-8", text);

    /// <summary>The health of the server.</summary>
    /// <param name="fault">What is wrong; null: nothing is.</param>
    public static HttpAnswer Health(string? fault)
        => fault is null ? new("200 OK", Plain, "ok\n") : new("503 Service Unavailable", Plain, $"{fault}\n");

    /// <summary>An answer to a request that is not served.</summary>
    public static HttpAnswer Fault(string status, string text) => new(status, Plain, $"{text}\n");

    public byte[] ToBytes()
    {
        int length = Encoding.UTF8.GetByteCount(Text);
        // A browser must not take the text for a page.
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            HTTP/1.1 {Status}
            Content-Type: {Type}
            Content-Length: {length}
            Cache-Control: no-store
            X-Content-Type-Options: nosniff
            Connection: close
            {(Status.StartsWith("405", StringComparison.Ordinal) ? "Allow: GET\n" : "")}

            """).Replace("\n", "\r\n", StringComparison.Ordinal) + Text);
    }
}
