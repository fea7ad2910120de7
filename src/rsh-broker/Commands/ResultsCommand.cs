using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteShell.Broker.Broadcasts;
using RemoteShell.Broker.Connections;
using RemoteShell.Cli.Broker.Options;
using RemoteShell.Cli.Broker.Output;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Broker.Commands;

/// <summary><c>rsh-broker results</c>: prints the results of a run as they come.</summary>
internal static class ResultsCommand
{
    private const string End = "end";

    private static readonly Argument<string> Run = new("RUN") { Description = "The run's id." };

    private static readonly Option<string> Key = new("--key")
    {
        Description = "The fingerprint of the key that has signed the run's request.",
        HelpName = "SHA256:...",
        Required = true,
    };

    public static Command Create()
    {
        var command = new Command(
            "results",
            "Print what hosts say about a run, a line of JSON for each. A number on standard input acknowledges all up to that sequence.")
        {
            Run,
        };
        ConnectionOptions.AddTo(command);
        command.Add(Key);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string signer = parsed.GetRequiredValue(Key);
        if (!PublicKey.IsFingerprint(signer))
            throw new FormatException($"'{signer}' is not the fingerprint of a key: SHA256:BASE64");
        await using BrokerConnection broker = await BrokerConnection.ConnectAsync(
            ConnectionOptions.Read(parsed, "rsh-broker results"), BrokerPatience.None, NullLogger.Instance, cancellationToken);
        ResultReader reader = await ResultReader.OpenAsync(broker, signer, parsed.GetRequiredValue(Run), cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task printing = PrintAsync(broker, reader, over.Token);
        Task acknowledging = Task.Run(() => AcknowledgeAsync(reader, cancellationToken), cancellationToken);
        if (await Task.WhenAny(printing, acknowledging) == printing)
            await printing;
        await acknowledging;
        await over.CancelAsync();
        await printing;
        return 0;
    }

    private static async Task PrintAsync(BrokerConnection broker, ResultReader reader, CancellationToken cancellationToken)
    {
        await using Stream output = Console.OpenStandardOutput();
        var lines = new ResultLines(output);
        // The first line says that nothing which is published from now on is missed.
        lines.WriteReady();
        broker.Lost += lines.WriteLost;
        broker.Connected += lines.WriteReady;
        try
        {
            await foreach (ReceivedResult result in reader.ReadAsync(cancellationToken))
                lines.Write(result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // All that was wanted has been read.
        }
    }

    // At the end of the input the client has gone, and another one may follow. "end" says that none will.
    private static async Task AcknowledgeAsync(ResultReader reader, CancellationToken cancellationToken)
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        while (await input.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line == End)
            {
                await reader.RemoveAsync(cancellationToken);
                return;
            }

            if (ulong.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out ulong sequence))
                await reader.AcknowledgeAsync(sequence, cancellationToken);
        }
    }
}
