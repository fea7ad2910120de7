using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteShell.Broker.Connections;
using RemoteShell.Broker.Presence;
using RemoteShell.Cli.Broker.Options;

namespace RemoteShell.Cli.Broker.Commands;

/// <summary><c>rsh-broker setup</c>: makes what a broker stores for RemoteShell.</summary>
internal static class SetupCommand
{
    public static Command Create()
    {
        var command = new Command(
            "setup", "Make the streams and the bucket at the broker, for users who may not make them. What exists stays.");
        ConnectionOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using BrokerConnection broker = await BrokerConnection.ConnectAsync(
            ConnectionOptions.Read(parsed, "rsh-broker setup"), BrokerPatience.None, NullLogger.Instance, cancellationToken);
        await broker.MakeStreamsAsync(cancellationToken);
        await HostDirectory.OpenAsync(broker, cancellationToken);
        Console.WriteLine("the broker has the streams RSH_REQUESTS and RSH_RESULTS, and the bucket rsh-hosts");
        return 0;
    }
}
