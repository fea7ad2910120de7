using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.SystemConsole.Themes;

namespace RemoteShell.Cli.Broker.Logging;

/// <summary>Sets up the log: text on standard error.</summary>
internal static class LogSetup
{
    public static Logger Create() => new LoggerConfiguration()
        .MinimumLevel.Information()
        .WriteTo.Console(
            standardErrorFromLevel: LogEventLevel.Verbose,
            outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}",
            formatProvider: CultureInfo.InvariantCulture,
            theme: Theme())
        .CreateLogger();

    private static ConsoleTheme Theme()
    {
        bool isPlain = Console.IsErrorRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        return isPlain ? ConsoleTheme.None : AnsiConsoleTheme.Literate;
    }
}
