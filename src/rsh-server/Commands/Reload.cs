using RemoteShell.Cli.Server.Configuration;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Protocol;
using RemoteShell.Server;
using Serilog.Core;

namespace RemoteShell.Cli.Server.Commands;

/// <summary>Reads the configuration again while the server runs. Thread-safe.</summary>
/// <remarks>If anything is wrong with it, all that applied before still applies.</remarks>
/// <param name="read">Reads the settings, as at the start.</param>
/// <param name="initial">The settings at the start.</param>
/// <param name="server">The server.</param>
/// <param name="level">The lowest level that is logged.</param>
/// <param name="log">Receives what has been done, and what is wrong.</param>
internal sealed class Reload(
    Func<RunSettings> read, RunSettings initial, RemoteShellServer server, LoggingLevelSwitch level, Logger log)
{
    // What the server uses at its start only.
    private static readonly Dictionary<string, string> OptionOfProperty = new(StringComparer.Ordinal)
    {
        [nameof(ServerOptions.Listen)] = "--listen",
        [nameof(ServerOptions.ListenSockets)] = "--listen",
        [nameof(ServerOptions.AnswersProbes)] = "--udp",
        [nameof(ServerOptions.Launcher)] = "--launcher",
        [nameof(ServerOptions.Shell)] = "--shell",
        [nameof(ServerOptions.Audit)] = "--audit",
    };

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private bool _hasStarted;
    private bool _isAsked;

    /// <summary>The server has started: from now on it takes options. If <see cref="Run"/> was called before, it runs now.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _hasStarted = true;
            if (_isAsked)
                Run();
        }
    }

    /// <summary>Reads the settings, and applies them unless they are wrong.</summary>
    public void Run()
    {
        lock (_gate)
        {
            if (!_hasStarted)
            {
                _isAsked = true;
                return;
            }

            RunSettings settings = read();
            IReadOnlyList<Exception> faults = FaultsOf(settings);
            if (faults.Count == 0)
                Apply(settings);
            else
                Refuse(faults);
            foreach (RemoteShellException fault in ServerCheck.FindKeyFaults(settings.Options))
                log.Warning("SIGHUP: {Fault:l}", fault.Message);
        }
    }

    private void Apply(RunSettings settings)
    {
        IEnumerable<string> kept = server.Apply(settings.Options);
        // Logged if either level permits it.
        level.MinimumLevel = settings.LogLevel < level.MinimumLevel ? settings.LogLevel : level.MinimumLevel;
        log.Information(
            "SIGHUP: the log file was reopened, and the configuration was read again from {File:l}; authorized_keys and the message of the "
            + "day are read for each client",
            settings.ConfigurationFile ?? "no file");
        foreach (string option in kept.Select(property => OptionOfProperty.GetValueOrDefault(property, property)).Distinct())
            LogKept(option);
        if (settings.PortFile != initial.PortFile)
            LogKept("--port-file");
        if (!Equals(settings.Metrics, initial.Metrics))
            LogKept("--metrics");
        if (settings.Otlp != initial.Otlp)
            LogKept("--otlp");
        level.MinimumLevel = settings.LogLevel;
    }

    private void LogKept(string option) => log.Warning(
        "SIGHUP: {Key:l} keeps its value: a change needs a restart of the server", ServerKeys.Find(option)?.Name ?? option);

    private void Refuse(IReadOnlyList<Exception> faults)
    {
        foreach (Exception fault in faults)
            log.Error("SIGHUP: {Fault:l}", fault.Message);
        log.Error("SIGHUP: the log file was reopened, and the configuration stays as it was");
    }

    private static IReadOnlyList<Exception> FaultsOf(RunSettings settings)
    {
        if (settings.Faults.Count > 0)
            return settings.Faults;
        try
        {
            RecordOptions.PrepareFolder(settings.Options);
            return [];
        }
        catch (RemoteShellException e)
        {
            return [e];
        }
    }
}
