using Serilog;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace RemoteShell.Cli.Server.Output;

/// <summary>The server's log: for people on standard error, for machines as JSON in files of a day each.</summary>
internal static class Logging
{
    private const long FileSize = 64 * 1024 * 1024;
    private const int FilesKept = 14;

    public static Serilog.Core.Logger Create(string folder, LogEventLevel level)
    {
        LoggerConfiguration configuration = new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .WriteTo.Console(
                standardErrorFromLevel: LogEventLevel.Verbose,
                outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}",
                formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                theme: Colours())
            .WriteTo.File(
                new JsonFormatter(renderMessage: true),
                Path.Combine(folder, "log", "rsh-server-.json"),
                rollingInterval: RollingInterval.Day,
                fileSizeLimitBytes: FileSize,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: FilesKept);
        return configuration.CreateLogger();
    }

    private static Serilog.Sinks.SystemConsole.Themes.ConsoleTheme Colours()
        => Console.IsErrorRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
            ? Serilog.Sinks.SystemConsole.Themes.ConsoleTheme.None
            : Serilog.Sinks.SystemConsole.Themes.AnsiConsoleTheme.Literate;
}
