using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RemoteShell.Protocol;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>Sends metrics and spans to a collector, by OTLP over HTTP.</summary>
internal sealed class OtlpExport : IDisposable
{
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private OtlpExport(TracerProvider traces, MeterProvider metrics) => (_traces, _metrics) = (traces, metrics);

    /// <summary>Starts to collect and to send. The collector need not be there.</summary>
    /// <remarks>The environment variables of OpenTelemetry set intervals, headers, the sampler and attributes.</remarks>
    /// <param name="collector">The URL of the collector, without the path of a signal.</param>
    public static OtlpExport Start(Uri collector)
    {
        ResourceBuilder resource = ResourceBuilder.CreateDefault().AddService("rsh-server", serviceVersion: ProductVersion.Text)
            .AddAttributes([new("host.name", Environment.MachineName)]).AddEnvironmentVariableDetector();
        TracerProvider traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(RemoteShellServer.TelemetryName)
            .AddOtlpExporter(options => Set(options, collector, "v1/traces"))
            .Build();
        MeterProvider metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(RemoteShellServer.TelemetryName)
            .AddOtlpExporter(options => Set(options, collector, "v1/metrics"))
            .Build();
        return new(traces, metrics);
    }

    /// <summary>Sends what was collected, as far as the collector takes it within 5 s each, and stops.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    private static void Set(OtlpExporterOptions options, Uri collector, string signal)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new($"{collector.AbsoluteUri.TrimEnd('/')}/{signal}");
    }
}
