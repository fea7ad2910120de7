using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteShell.Broker.Broadcasts;
using RemoteShell.Broker.Connections;
using RemoteShell.Cli.Broker.Options;
using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Cli.Broker.Commands;

/// <summary><c>rsh-broker publish</c>: publishes a signed request.</summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        var command = new Command("publish", "Publish the signed request on standard input. It ends when the broker has it on its disk.");
        ConnectionOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using Stream input = Console.OpenStandardInput();
        SignedText request = await SignedText.ReadAsync(input, SignedKind.Request, cancellationToken);
        await using BrokerConnection broker = await BrokerConnection.ConnectAsync(
            ConnectionOptions.Read(parsed, "rsh-broker publish"), BrokerPatience.None, NullLogger.Instance, cancellationToken);
        await RequestPublisher.PublishAsync(broker, request, cancellationToken);
        return 0;
    }
}
