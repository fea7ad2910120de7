using System.CommandLine;
using System.Net;
using RemoteShell.Cli.Server.Configuration;
using RemoteShell.Server;
using Serilog.Events;

namespace RemoteShell.Cli.Server.Options;

/// <summary>What <c>rsh-server run</c> is to do, from its command line and its configuration file.</summary>
internal sealed record RunSettings
{
    /// <summary>The options of the server.</summary>
    public required ServerOptions Options { get; init; }

    /// <summary>The lowest level that is logged.</summary>
    public required LogEventLevel LogLevel { get; init; }

    /// <summary>The file that gets the port; null: none does.</summary>
    public required string? PortFile { get; init; }

    /// <summary>Where the metrics are served; null: nowhere.</summary>
    public required IPEndPoint? Metrics { get; init; }

    /// <summary>The collector of metrics and traces; null: there is none.</summary>
    public required Uri? Otlp { get; init; }

    /// <summary>The configuration file that was read; null if none was.</summary>
    public required string? ConfigurationFile { get; init; }

    /// <summary>What is wrong. If there is anything, the other properties have defaults in its place.</summary>
    public required IReadOnlyList<Exception> Faults { get; init; }

    /// <summary>Reads the configuration file, and puts the options of the command line before it. This does not throw.</summary>
    public static RunSettings Read(ParseResult parsed)
    {
        ServerConfiguration configuration = ConfigurationOptions.Read(parsed);
        var values = RunValues.Of(parsed, configuration);
        ServerOptions options = AuthenticationOptions.Apply(values, LimitOptions.Apply(values, new()));
        options = AuditOptions.Apply(values, options);
        options = ServiceOptions.Apply(values, InteractiveOptions.Apply(values, options));
        options = RecordOptions.Apply(values, options);
        return new()
        {
            Options = options,
            LogLevel = ServiceOptions.LogLevel(values),
            PortFile = ServiceOptions.PortFileOf(values, options),
            Metrics = MonitoringOptions.MetricsOf(values),
            Otlp = MonitoringOptions.OtlpOf(values),
            ConfigurationFile = configuration.File,
            Faults = values.Faults,
        };
    }
}
