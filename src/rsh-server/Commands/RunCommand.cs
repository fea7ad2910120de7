using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using RemoteShell.Cli.Failures;
using RemoteShell.Cli.Server.Logging;
using RemoteShell.Cli.Server.Monitoring;
using RemoteShell.Cli.Server.Native;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Cli.Server.Output;
using RemoteShell.Cli.Server.Threads;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;
using Serilog.Core;
using Serilog.Extensions.Logging;

namespace RemoteShell.Cli.Server.Commands;

/// <summary><c>rsh-server run</c>: serves clients until SIGTERM or Ctrl+C. SIGHUP reads its configuration again.</summary>
internal static class RunCommand
{
    private const string Summary = "Serve clients until SIGTERM, SIGQUIT or Ctrl+C. "
        + "SIGHUP reads the configuration again, and reopens the log file.";

    public static Command Create()
    {
        var command = new Command("run", Summary);
        ConfigurationOptions.AddTo(command);
        ServiceOptions.AddTo(command);
        MonitoringOptions.AddTo(command);
        InteractiveOptions.AddTo(command);
        RecordOptions.AddTo(command);
        AuthenticationOptions.AddTo(command);
        AuditOptions.AddTo(command);
        LimitOptions.AddTo(command);
        command.SetAction((parsed, _) => ConfigurationOptions.OnlyCheck(parsed) ? Task.FromResult(Check(parsed)) : RunAsync(parsed));
        return command;
    }

    private static int Check(ParseResult parsed)
    {
        RunSettings settings = RunSettings.Read(parsed);
        List<Exception> faults = [.. settings.Faults, .. ServerCheck.Run(settings.Options)];
        if (settings.PortFile is { } file && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
            faults.Add(new RemoteShellException($"--port-file: the folder of {file} does not exist"));
        return Report(faults);
    }

    // Returns the exit status of the first fault; 0 if there is none.
    private static int Report(IReadOnlyList<Exception> faults)
    {
        int status = 0;
        foreach (Exception fault in faults)
        {
            int own = Failure.Report(fault);
            status = status == 0 ? own : status;
        }

        return status;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        RunSettings settings = RunSettings.Read(parsed);
        if (settings.Faults.Count > 0)
            return Report(settings.Faults);
        ServerOptions options = settings.Options;
        RecordOptions.PrepareFolder(options);

        // .NET looks for certificates below the home folder, and no handshake succeeds if it cannot tell one. A container may run as a
        // number without a user, and without HOME.
        if (Environment.UserName.Length == 0 && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HOME")))
            Environment.SetEnvironmentVariable("HOME", "/");
        // First: threads inherit the signals that their creator blocks.
        InheritedSignals.Reset();
        HeapCalls.ShareArenas();
        PoolThreads.StartAll();
        OpenSslBuffers.ReleaseWhenEmpty();
        (IReadOnlyList<string> moved, FileLog file) = OpenStateFolder(options);
        var level = new LoggingLevelSwitch(settings.LogLevel);
        await using Logger log = LogSetup.Create(file, level);
        using var loggerFactory = new SerilogLoggerFactory(log);
        foreach (string path in moved)
            log.Information("moved {Name} from {OldFolder} to {NewFolder}", Path.GetFileName(path), options.Folder, options.StateFolder);
        if (settings.ConfigurationFile is { } read)
            log.Information("the configuration is {File:l}", read);
        foreach (RemoteShellException fault in ServerCheck.FindKeyFaults(options))
            log.Warning("{Fault:l}", fault.Message);
        await using var server = new RemoteShellServer(options, loggerFactory);

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        var configuration = new Reload(() => RunSettings.Read(parsed), settings, server, level, log);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp);

        await using var monitoring = ServerMonitor.Start(settings, server, log);
        IReadOnlyList<IPEndPoint> addresses = await server.StartAsync();
        configuration.Begin();
        if (settings.PortFile is { } portFile)
            WritePort(portFile, addresses[0].Port);
        string[] places = [.. addresses.Select(address => $"{address}"), .. options.ListenSockets.Select(path => $"unix:{path}")];
        string[] lines = [.. places.Select(place => $"listening on {place}"), .. monitoring.Places];
        // On a thread of its own: standard output may be a stopped terminal, and the server must be able to stop then.
        new Thread(() => Announce(lines, log)) { IsBackground = true }.Start();

        await Task.WhenAny(stop.Task, server.Stopped);
        await server.StopAsync();
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }

        void HangUp(PosixSignalContext context)
        {
            context.Cancel = true;
            file.Reopen();
            configuration.Run();
        }
    }

    private static void Announce(IReadOnlyList<string> lines, Logger log)
    {
        try
        {
            foreach (string line in lines)
                Console.Out.WriteLine(line);
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
