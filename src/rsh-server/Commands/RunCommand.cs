using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Failures;
using RemoteShell.Cli.Server.Logging;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Cli.Server.Threads;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server run</c>: serves clients until SIGTERM or Ctrl+C. SIGHUP reopens the log file.</summary>
internal static class RunCommand
{
    private const string Summary = "Serve clients until SIGTERM, SIGQUIT or Ctrl+C. SIGHUP reopens the log file.";

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

    private static readonly Option<bool> Forwarding = new("--allow-forwarding")
    {
        Description = "Let each key connect to TCP ports that this machine reaches, as 'rsh-client --jump' does "
            + "[only keys with the option permitopen=].",
    };

    private static readonly Option<string> PortFile = new Option<string>("--port-file")
    {
        Description = "Write the port to this file once the server listens.",
        HelpName = "FILE",
    }.NotEmpty();

    private static readonly Option<string> Level = new Option<string>("--log-level")
    {
        Description = "Write to the log all messages of this level and of more severe levels [information].",
        HelpName = "debug|information|warning|error",
    }.OneOf("debug", "information", "warning", "error");

    private static readonly Option<string> Launcher = new Option<string>("--launcher")
    {
        Description = "Start commands with CliWrap, or with posix_spawn (Linux), which starts a command about 0.4 ms faster "
            + "and always knows the signal that ended it [cliwrap].",
    }.OneOf("cliwrap", "posix_spawn");

    private static readonly Option<string> Shell = new Option<string>("--shell")
    {
        Description = "Run command lines in this shell [the login shell of the server's user]. "
            + "A service account whose login shell is nologin needs it.",
        HelpName = "PATH",
    }.NotEmpty();

    public static Command Create()
    {
        var command = new Command("run", Summary) { Listen, Udp, Forwarding, PortFile, Level, Launcher, Shell };
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
            AllowsForwarding = parsed.GetValue(Forwarding),
            Shell = parsed.GetValue(Shell) is { } shell ? Executable(shell) : null,
            Launcher = parsed.GetValue(Launcher) == "posix_spawn" ? CommandLauncher.PosixSpawn : CommandLauncher.CliWrap,
        };
        if (parsed.GetValue(Listen) is { Length: > 0 } listen)
            options = options with { Listen = [.. listen.SelectMany(ListenAddress.Resolve)] };

        // .NET looks for certificates below the home folder, and no handshake succeeds if it cannot tell one. A container may run as a
        // number without a user, and without HOME.
        if (Environment.UserName.Length == 0 && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HOME")))
            Environment.SetEnvironmentVariable("HOME", "/");
        // First: threads inherit the signals that their creator blocks.
        InheritedSignals.Reset();
        PoolThreads.StartAll();
        (IReadOnlyList<string> moved, FileLog file) = OpenStateFolder(options);
        LogEventLevel level = Enum.Parse<LogEventLevel>(parsed.GetValue(Level) ?? "information", ignoreCase: true);
        await using Serilog.Core.Logger log = LogSetup.Create(file, level);
        using var loggerFactory = new SerilogLoggerFactory(log);
        foreach (string path in moved)
            log.Information("moved {Name} from {OldFolder} to {NewFolder}", Path.GetFileName(path), options.Folder, options.StateFolder);
        await using var server = new RemoteShellServer(options, loggerFactory);

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Reload);

        IReadOnlyList<IPEndPoint> addresses = await server.StartAsync();
        if (parsed.GetValue(PortFile) is { } portFile)
            WritePort(portFile, addresses[0].Port);
        // On a thread of its own: standard output may be a stopped terminal, and the server must be able to stop then.
        new Thread(() => Announce(addresses, log)) { IsBackground = true }.Start();

        await Task.WhenAny(stop.Task, server.Stopped);
        await server.StopAsync();
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }

        // The server reads the authorized keys and the message of the day for each client. So the log file is all that is left to reload.
        void Reload(PosixSignalContext context)
        {
            context.Cancel = true;
            file.Reopen();
            log.Information("SIGHUP: the log file was reopened; authorized_keys and the message of the day are read for each client");
        }
    }

    private static string Executable(string shell)
    {
        string path = Path.GetFullPath(shell);
        return File.Exists(path) ? path : throw new FormatException($"--shell: there is no file {path}");
    }

    private static void Announce(IReadOnlyList<IPEndPoint> addresses, Serilog.Core.Logger log)
    {
        try
        {
            foreach (IPEndPoint address in addresses)
                Console.Out.WriteLine($"listening on {address}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Warning("cannot write the addresses to standard output: {Reason}", FileFailure.ReasonOf(e));
        }
    }

    private static (IReadOnlyList<string> Moved, FileLog Log) OpenStateFolder(ServerOptions options)
    {
        string folder = options.StateFolder;
        try
        {
            IReadOnlyList<string> moved = StateMigration.Move(options.Folder, folder, "jobs", "log");
            // Before the log is made: its lines hold command lines, which others must not read.
            PrivateFolder.CreateOrRestrict(folder);
            return (moved, FileLog.Open(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot use the state folder {folder}: {FileFailure.ReasonOf(e)}", e)
            {
                Hint = "let this user write to it, make room on its disk, or set RSH_HOME to another folder",
            };
        }
    }

    // Written aside and moved, so that a program that waits for the file does not read half of it.
    private static void WritePort(string path, int port)
    {
        string aside = $"{Path.GetFullPath(path)}.{Environment.ProcessId}";
        try
        {
            File.WriteAllText(aside, port.ToString(CultureInfo.InvariantCulture) + "\n");
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(aside))
                File.Delete(aside);
            throw new RemoteShellException($"cannot write the port to {path}: {FileFailure.ReasonOf(e)}", e)
            {
                Hint = "choose a file in a folder of this user, on a disk with room, with --port-file FILE",
            };
        }
    }
}
