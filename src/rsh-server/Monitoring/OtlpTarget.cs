using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>A collector that takes metrics and spans by OTLP over HTTP. It need not be there.</summary>
/// <remarks>The environment variables of OpenTelemetry set intervals, headers, the sampler and attributes.</remarks>
/// <param name="url">The URL of the collector, without the path of a signal.</param>
internal sealed class OtlpTarget(Uri url)
{
    /// <summary>Sends metrics to the collector.</summary>
    public void AddTo(MeterProviderBuilder metrics)
        => metrics.SetResourceBuilder(Resource()).AddOtlpExporter(options => Set(options, "v1/metrics"));

    /// <summary>Sends spans to the collector.</summary>
    public void AddTo(TracerProviderBuilder traces)
        => traces.SetResourceBuilder(Resource()).AddOtlpExporter(options => Set(options, "v1/traces"));

    private static ResourceBuilder Resource()
        => ResourceBuilder.CreateDefault().AddService("rsh-server", serviceVersion: ProductVersion.Text)
            .AddAttributes([new("host.name", Environment.MachineName)]).AddEnvironmentVariableDetector();

    private void Set(OtlpExporterOptions options, string signal)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new($"{url.AbsoluteUri.TrimEnd('/')}/{signal}");
        if (url.Scheme == Uri.UriSchemeHttps)
            options.HttpClientFactory = () => CollectorTrust.CreateClient(TimeSpan.FromMilliseconds(options.TimeoutMilliseconds));
    }
}
