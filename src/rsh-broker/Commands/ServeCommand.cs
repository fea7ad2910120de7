using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using RemoteShell.Broker.Connections;
using RemoteShell.Broker.Tunnels;
using RemoteShell.Cli.Broker.Logging;
using RemoteShell.Cli.Broker.Options;
using Serilog.Core;
using Serilog.Extensions.Logging;

namespace RemoteShell.Cli.Broker.Commands;

/// <summary><c>rsh-broker serve</c>: connects a host to the broker until SIGTERM or Ctrl+C.</summary>
internal static class ServeCommand
{
    private static readonly Option<string> Name = new("--name")
    {
        Description = "The name under which clients reach this host.",
        HelpName = "NAME",
        Required = true,
    };

    private static readonly Option<string> Server = new("--server")
    {
        Description = "Where this host's server listens: unix:PATH, or IP:PORT.",
        HelpName = "ADDRESS",
        Required = true,
    };

    public static Command Create()
    {
        var command = new Command("serve", "Connect this host to a broker, and pass what comes from there to its server.");
        ConnectionOptions.AddTo(command);
        command.Add(Name);
        command.Add(Server);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string name = HostName.Normalize(parsed.GetRequiredValue(Name));
        EndPoint server = ServerAddress.Parse(parsed.GetRequiredValue(Server));
        await using Logger logger = LogSetup.Create();
        using var factory = new SerilogLoggerFactory(logger);
        ILogger log = factory.CreateLogger("broker");
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        try
        {
            await using BrokerConnection broker = await BrokerConnection.ConnectAsync(
                ConnectionOptions.Read(parsed, $"rsh-broker serve {name}"), BrokerPatience.Endless, log, stopping.Token);
            log.LogInformation("serving {Name} with the server at {Server}", name, server);
            await new TunnelHost(broker, new() { Name = name, Server = server }, log).RunAsync(stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It was told to stop.
        }

        log.LogInformation("stopped");
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }
}
