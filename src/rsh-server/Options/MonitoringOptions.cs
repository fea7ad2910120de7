using System.CommandLine;
using System.Globalization;
using System.Net;
using RemoteShell.Cli.Arguments;

namespace RemoteShell.Cli.Server.Options;

/// <summary>The options that show how the server is: metrics and traces.</summary>
internal static class MonitoringOptions
{
    private static readonly Option<string> Metrics = new Option<string>("--metrics")
    {
        Description = "Serve metrics for Prometheus at /metrics, and the health of the server at /healthz, on this loopback address; "
            + "PORT alone is 127.0.0.1; port 0 picks a free port [off].",
        HelpName = "[HOST:]PORT",
    }.NotEmpty();

    private static readonly Option<string> Otlp = new Option<string>("--otlp")
    {
        Description = "Send metrics, and a span for each request and job, to this OpenTelemetry collector by OTLP over HTTP [off].",
        HelpName = "URL",
    }.NotEmpty();

    public static void AddTo(Command command)
    {
        command.Add(Metrics);
        command.Add(Otlp);
    }

    /// <summary>Where the metrics are served; null: nowhere.</summary>
    public static IPEndPoint? MetricsOf(RunValues values) => values.Convert(Metrics, LoopbackOf);

    /// <summary>The collector; null: there is none.</summary>
    public static Uri? OtlpOf(RunValues values) => values.Convert(Otlp, CollectorOf);

    private static IPEndPoint LoopbackOf(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "127.0.0.1" : text[..colon].Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase);
        bool hasPort = ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port);
        if (!hasPort || !IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address))
            throw new UsageException($"--metrics: '{text}' is not an address with a port", "write it as 127.0.0.1:9464, or the port alone");
        if (IPAddress.IsLoopback(address))
            return new(address, port);
        throw new UsageException(
            $"--metrics: {address} is not a loopback address, and anyone who reaches it could read the metrics",
            "use 127.0.0.1:9464, and let Prometheus reach it with: rsh-client forward, or a reverse proxy that asks for a password");
    }

    private static Uri CollectorOf(string text)
    {
        bool isWeb = Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);
        if (isWeb && url!.UserInfo.Length == 0)
            return url;
        throw new UsageException(
            $"--otlp: '{text}' is not a URL that begins with http:// or https://, without a name and a password",
            "write it as http://127.0.0.1:4318; the variable OTEL_EXPORTER_OTLP_HEADERS can hold a password");
    }
}
