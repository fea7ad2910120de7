using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;
using Serilog.Sinks.SystemConsole.Themes;

namespace RemoteShell.Cli.Server.Output;

/// <summary>Sets up the server's log: text on standard error, and JSON in a file for each day.</summary>
internal static class LogSetup
{
    private const long MaxFileBytes = 64 * 1024 * 1024;
    private const int MaxFiles = 14;

    public static Logger Create(string folder, LogEventLevel level)
    {
        LoggerConfiguration configuration = new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .Enrich.With<SourceContextRemover>()
            .WriteTo.Console(
                standardErrorFromLevel: LogEventLevel.Verbose,
                outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}",
                formatProvider: CultureInfo.InvariantCulture,
                theme: Theme())
            .WriteTo.File(
                new JsonFormatter(renderMessage: true),
                Path.Combine(folder, "log", "rsh-server-.json"),
                rollingInterval: RollingInterval.Day,
                fileSizeLimitBytes: MaxFileBytes,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: MaxFiles);
        return configuration.CreateLogger();
    }

    private static ConsoleTheme Theme()
    {
        bool isPlain = Console.IsErrorRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        return isPlain ? ConsoleTheme.None : AnsiConsoleTheme.Literate;
    }
}
