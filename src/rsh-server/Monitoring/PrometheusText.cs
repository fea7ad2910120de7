using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Metrics;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>Metrics in the text format of Prometheus, written by OpenTelemetry's exporter.</summary>
/// <remarks>
/// The exporter is a middleware of ASP.NET Core. Only the middleware is called: <see cref="MetricsEndpoint"/> is the web server.
/// </remarks>
internal sealed class PrometheusText
{
    private readonly RequestDelegate _exporter;

    private PrometheusText(RequestDelegate exporter) => _exporter = exporter;

    /// <summary>Lets the metrics be read by <see cref="Of"/>.</summary>
    public static void AddTo(MeterProviderBuilder metrics) => metrics.AddPrometheusExporter(options =>
    {
        // There is one scope, and the target says what Prometheus knows.
        options.ScopeInfoEnabled = false;
        options.TargetInfoEnabled = false;
        // Each request gets the values of its own time.
        options.ScrapeResponseCacheDurationMilliseconds = 0;
    });

    /// <summary>Returns the text of the metrics that this provider collects.</summary>
    public static PrometheusText Of(MeterProvider metrics)
    {
        IApplicationBuilder application = new ApplicationBuilder(NoServices.Instance).UseOpenTelemetryPrometheusScrapingEndpoint(
            metrics, predicate: _ => true, path: null, configureBranchedPipeline: null, optionsName: null);
        return new(application.Build());
    }

    /// <summary>Returns all metrics, or a fault if they cannot be collected.</summary>
    public async Task<HttpAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var context = new DefaultHttpContext { RequestAborted = cancellationToken };
        context.Response.Body = text;
        await _exporter(context);
        return context.Response.StatusCode == StatusCodes.Status200OK
            ? HttpAnswer.Metrics(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length))
            : HttpAnswer.Fault("500 Internal Server Error", "the metrics cannot be collected");
    }
}
