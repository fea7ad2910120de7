using System.Globalization;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.SystemConsole.Themes;

namespace RemoteShell.Cli.Server.Logging;

/// <summary>Sets up the server's log: text on standard error, and JSON in a file for each day.</summary>
internal static class LogSetup
{
    /// <summary>Makes the logger; the caller disposes it, and <paramref name="file"/> with it.</summary>
    /// <param name="file">The log in files.</param>
    /// <param name="level">Holds the lowest level that is logged, which may change.</param>
    public static Logger Create(FileLog file, LoggingLevelSwitch level)
    {
        // Standard error may be a pipe without a reader, or a stopped terminal: a write can block without limit.
        ILogEventSink console = LoggerSinkConfiguration.Wrap(QueuedSink.Start, sink => sink.Console(
            standardErrorFromLevel: LogEventLevel.Verbose,
            outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}",
            formatProvider: CultureInfo.InvariantCulture,
            theme: Theme()));
        return new LoggerConfiguration()
            .MinimumLevel.ControlledBy(level)
            .Enrich.With<SourceContextRemover>()
            .WriteTo.Sink(console)
            .WriteTo.Sink(file)
            .CreateLogger();
    }

    private static ConsoleTheme Theme()
    {
        bool isPlain = Console.IsErrorRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        return isPlain ? ConsoleTheme.None : AnsiConsoleTheme.Literate;
    }
}
