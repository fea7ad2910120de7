using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteShell.Broker.Connections;
using RemoteShell.Broker.Tunnels;
using RemoteShell.Cli.Broker.Options;
using RemoteShell.Cli.Broker.Output;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Broker.Commands;

/// <summary><c>rsh-broker dial</c>: carries bytes between its standard streams and the server of a host.</summary>
internal static class DialCommand
{
    private const int BufferSize = 64 * 1024;

    // As in sysexits.h: another attempt may succeed.
    private const int TemporaryFailure = 75;

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(15);

    private static readonly Argument<string> Host = new("HOST") { Description = "The host's name at the broker." };

    private static readonly Option<string?> Timeout = new("--timeout")
    {
        Description = "How long the host may take to answer [15s].",
        HelpName = "TIME",
    };

    public static Command Create()
    {
        var command = new Command("dial", "Carry bytes between the standard streams and a host's server, for ProxyCommand.") { Host };
        ConnectionOptions.AddTo(command);
        command.Add(Timeout);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        TimeSpan timeout = parsed.GetValue(Timeout) is { } text ? Duration.Parse(text) : DefaultTimeout;
        BrokerOptions options = ConnectionOptions.Read(parsed, "rsh-broker dial") with { ConnectTimeout = timeout };
        await using BrokerConnection broker = await BrokerConnection.ConnectAsync(
            options, BrokerPatience.None, NullLogger.Instance, cancellationToken);
        await using TunnelStream tunnel = await TunnelDialer.DialAsync(broker, parsed.GetRequiredValue(Host), timeout, cancellationToken);
        Task sending = SendAsync(tunnel, cancellationToken);
        Task receiving = ReceiveAsync(tunnel, cancellationToken);
        try
        {
            await foreach (Task one in Task.WhenEach(sending, receiving))
                await one;
            return 0;
        }
        catch (IOException e)
        {
            Failure.Report(e);
            return TemporaryFailure;
        }
    }

    // On the thread pool, because reading a terminal or a pipe blocks.
    private static async Task SendAsync(TunnelStream tunnel, CancellationToken cancellationToken)
    {
        await using Stream input = Console.OpenStandardInput();
        await Task.Run(() => input.CopyToAsync(tunnel, BufferSize, cancellationToken), cancellationToken);
        await tunnel.EndWritingAsync(cancellationToken);
    }

    private static async Task ReceiveAsync(TunnelStream tunnel, CancellationToken cancellationToken)
    {
        await using Stream output = Console.OpenStandardOutput();
        await tunnel.CopyToAsync(output, BufferSize, cancellationToken);
    }
}
