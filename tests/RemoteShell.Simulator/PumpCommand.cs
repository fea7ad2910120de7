using System.CommandLine;
using System.Diagnostics;
using NATS.Client.Core;

namespace RemoteShell.Simulator;

/// <summary>A bare pump of bytes through a broker, to compare tunnels with: messages of 64 KiB, of which 64 are under way.</summary>
internal static class PumpCommand
{
    private const int Window = 64, Size = 64 * 1024;
    private const string Bytes = "pump.bytes", Taken = "pump.taken";

    private static readonly Option<string> Url = new("--url") { Description = "The broker.", HelpName = "URL", Required = true };

    private static readonly Option<int> Mebibytes = new("--mebibytes")
    {
        Description = "Send so many MiB, and print the rate in MB/s. Without it: receive, until the process is ended.",
        HelpName = "N",
    };

    public static Command Create()
    {
        var command = new Command("pump", "Pump bytes through a broker: one process receives, and another one sends.") { Url, Mebibytes };
        ReadyFile.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        ReadyFile.Remove(parsed);
        var options = NatsOpts.Default with
        {
            Url = parsed.GetRequiredValue(Url),
            SubPendingChannelFullMode = System.Threading.Channels.BoundedChannelFullMode.Wait,
        };
        await using var nats = new NatsConnection(options);
        await nats.ConnectAsync();
        int size = parsed.GetValue(Mebibytes);
        if (size == 0)
            await ReceiveAsync(nats, parsed, cancellationToken);
        else
            await SendAsync(nats, size, cancellationToken);
        return 0;
    }

    private static async Task ReceiveAsync(NatsConnection nats, ParseResult parsed, CancellationToken cancellationToken)
    {
        await using INatsSub<NatsMemoryOwner<byte>> bytes = await nats.SubscribeCoreAsync<NatsMemoryOwner<byte>>(
            Bytes, cancellationToken: cancellationToken);
        // The broker knows the subscription after this.
        await nats.PingAsync(cancellationToken);
        ReadyFile.Write(parsed);
        await foreach (NatsMsg<NatsMemoryOwner<byte>> message in bytes.Msgs.ReadAllAsync(cancellationToken))
        {
            message.Data.Dispose();
            await nats.PublishAsync(Taken, cancellationToken: cancellationToken);
        }
    }

    private static async Task SendAsync(NatsConnection nats, int mebibytes, CancellationToken cancellationToken)
    {
        int count = mebibytes * (1024 * 1024 / Size);
        byte[] bytes = new byte[Size];
        using var places = new SemaphoreSlim(Window);
        await using INatsSub<byte[]> taken = await nats.SubscribeCoreAsync<byte[]>(Taken, cancellationToken: cancellationToken);
        Task releasing = ReleaseAsync(taken, places, count, cancellationToken);
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
        {
            await places.WaitAsync(cancellationToken);
            await nats.PublishAsync(Bytes, bytes, cancellationToken: cancellationToken);
        }

        await releasing;
        Console.WriteLine($"{count * (Size / 1e6) / watch.Elapsed.TotalSeconds:0}");
    }

    private static async Task ReleaseAsync(INatsSub<byte[]> taken, SemaphoreSlim places, int count, CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
        {
            await taken.Msgs.ReadAsync(cancellationToken);
            places.Release();
        }
    }
}
