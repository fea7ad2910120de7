using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteShell.Broker.Connections;
using RemoteShell.Broker.Presence;
using RemoteShell.Cli.Broker.Options;

namespace RemoteShell.Cli.Broker.Commands;

/// <summary><c>rsh-broker hosts</c>: prints the hosts that are connected to the broker.</summary>
internal static class HostsCommand
{
    public static Command Create()
    {
        var command = new Command("hosts", "Print the hosts that are connected to the broker, a line of JSON for each.");
        ConnectionOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using BrokerConnection broker = await BrokerConnection.ConnectAsync(
            ConnectionOptions.Read(parsed, "rsh-broker hosts"), BrokerPatience.None, NullLogger.Instance, cancellationToken);
        HostDirectory directory = await HostDirectory.OpenAsync(broker, cancellationToken);
        await using Stream output = Console.OpenStandardOutput();
        foreach (HostAnnouncement host in await directory.ListAsync(cancellationToken))
        {
            await output.WriteAsync(host.ToJson(), cancellationToken);
            output.WriteByte((byte)'\n');
        }

        return 0;
    }
}
