using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Failures;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Cli.Server.Output;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server run</c>: serves clients until SIGTERM or Ctrl+C.</summary>
internal static class RunCommand
{
    private static readonly Option<string[]> Listen = new("--listen")
    {
        Description = "Listen on this address, on all addresses with '*:PORT', or on loopback with PORT alone; repeatable "
            + "[7022: loopback, IPv4 and IPv6]. Port 0 picks a free port.",
        HelpName = "HOST:PORT|PORT",
    };

    private static readonly Option<bool> Udp = new("--udp")
    {
        Description = "Answer UDP pings of 'rsh-client ping --udp' on the same ports; no key is needed [off].",
    };

    private static readonly Option<string> PortFile = new("--port-file")
    {
        Description = "Write the port to this file once the server listens.",
        HelpName = "FILE",
    };

    private static readonly Option<string> Level = new Option<string>("--log-level")
    {
        Description = "Write to the log all messages of this level and of more severe levels [information].",
    }.OneOf("debug", "information", "warning", "error");

    private static readonly Option<string> Launcher = new Option<string>("--launcher")
    {
        Description = "Start commands with CliWrap, or with posix_spawn (Linux), which starts a command about 0.4 ms faster "
            + "and always knows the signal that ended it [cliwrap].",
    }.OneOf("cliwrap", "posix_spawn");

    public static Command Create()
    {
        var command = new Command("run", "Serve clients until SIGTERM or Ctrl+C.") { Listen, Udp, PortFile, Level, Launcher };
        InteractiveOptions.AddTo(command);
        LimitOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        ServerOptions options = InteractiveOptions.Apply(parsed, LimitOptions.Apply(parsed, new()));
        options = options with
        {
            AnswersProbes = parsed.GetValue(Udp),
            Launcher = parsed.GetValue(Launcher) == "posix_spawn" ? CommandLauncher.PosixSpawn : CommandLauncher.CliWrap,
        };
        if (parsed.GetValue(Listen) is { Length: > 0 } listen)
            options = options with { Listen = [.. listen.SelectMany(ListenAddress.Resolve)] };

        IReadOnlyList<string> moved = StateMigration.Move(options.Folder, options.StateFolder, "jobs", "log");
        // Before the log is made: its lines hold command lines, which others must not read.
        PrivateFolder.CreateOrRestrict(options.StateFolder);
        LogEventLevel level = Enum.Parse<LogEventLevel>(parsed.GetValue(Level) ?? "information", ignoreCase: true);
        await using Serilog.Core.Logger log = LogSetup.Create(options.StateFolder, level);
        using var loggerFactory = new SerilogLoggerFactory(log);
        foreach (string path in moved)
            log.Information("moved {Name} from {OldFolder} to {NewFolder}", Path.GetFileName(path), options.Folder, options.StateFolder);
        await using var server = new RemoteShellServer(options, loggerFactory);

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        IReadOnlyList<IPEndPoint> addresses = await server.StartAsync();
        if (parsed.GetValue(PortFile) is { } portFile)
            WritePort(portFile, addresses[0].Port);
        foreach (IPEndPoint address in addresses)
            Console.Out.WriteLine($"listening on {address}");

        await Task.WhenAny(stop.Task, server.Stopped);
        await server.StopAsync();
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }
    }

    // Written aside and moved, so that a program that waits for the file does not read half of it.
    private static void WritePort(string path, int port)
    {
        string aside = $"{path}.{Environment.ProcessId}";
        try
        {
            File.WriteAllText(aside, port.ToString(CultureInfo.InvariantCulture) + "\n");
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot write the port to {path}: {FileFailure.ReasonOf(e)}", e);
        }
    }
}
