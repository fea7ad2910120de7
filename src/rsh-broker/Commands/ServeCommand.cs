using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using RemoteShell.Broker;
using RemoteShell.Broker.Broadcasts;
using RemoteShell.Broker.Connections;
using RemoteShell.Broker.Presence;
using RemoteShell.Broker.Tunnels;
using RemoteShell.Cli.Broker.Logging;
using RemoteShell.Cli.Broker.Options;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
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

    private static readonly Option<string[]> Groups = new("--groups")
    {
        Description = "Groups of which this host is a member, such as web,prod: @web then means it too.",
        HelpName = "GROUP,...",
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))],
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
        command.Add(Groups);
        command.Add(Server);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string name = HostName.Normalize(parsed.GetRequiredValue(Name));
        EndPoint server = ServerAddress.Parse(parsed.GetRequiredValue(Server));
        var host = new BroadcastHost { Name = name, Groups = parsed.GetValue(Groups) ?? [] };
        // A wrong name is an error before anything connects.
        _ = host.ToBytes();
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
            await ServeAsync(broker, host, server, log, stopping);
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

    // Ends at a signal, or when a part fails.
    private static async Task ServeAsync(
        BrokerConnection broker, BroadcastHost host, EndPoint server, ILogger log, CancellationTokenSource stopping)
    {
        Task[] all =
        [
            new TunnelHost(broker, new() { Name = host.Name, Server = server }, log).RunAsync(stopping.Token),
            AnnounceAsync(broker, host, server, log, stopping.Token),
            ReceiveAsync(broker, host, server, log, stopping.Token),
        ];
        try
        {
            await foreach (Task one in Task.WhenEach(all))
                await one;
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task AnnounceAsync(
        BrokerConnection broker, BroadcastHost host, EndPoint server, ILogger log, CancellationToken stopping)
    {
        var announcement = new HostAnnouncement
        {
            Name = host.Name,
            Groups = host.Groups,
            Version = ProductVersion.Text,
            Key = (await ServerKey.FindAsync(server, stopping))?.ToString(),
            Since = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        };
        try
        {
            HostDirectory directory = await HostDirectory.OpenAsync(broker, stopping);
            await directory.AnnounceAsync(announcement, log, stopping);
        }
        catch (BrokerException e)
        {
            log.LogWarning("this host is not listed, and gets no broadcasts: {Reason}", e.Message);
        }
    }

    private static async Task ReceiveAsync(
        BrokerConnection broker, BroadcastHost host, EndPoint server, ILogger log, CancellationToken stopping)
    {
        if (server is not UnixDomainSocketEndPoint)
        {
            log.LogInformation("no broadcasts: they need a server that listens on a unix socket");
            return;
        }

        try
        {
            var receiver = new RequestReceiver(broker, host, new SocketServer(server, host), log);
            await receiver.StartAsync(stopping);
            await receiver.RunAsync(stopping);
        }
        catch (BrokerException e)
        {
            log.LogWarning("no broadcasts: {Reason}", e.Message);
        }
    }
}
