using System.Threading.Channels;
using NATS.Client.Core;
using RemoteShell.Broker.Connections;
using RemoteShell.Broker.Tunnels;

namespace RemoteShell.Broker.Tests.Tunnels;

/// <summary>One end of a tunnel between two ends that are alike, with a count of what comes to it.</summary>
internal sealed class TunnelEnd : IAsyncDisposable
{
    private readonly INatsSub<ReceivedMessage> _messages;
    private readonly Task _passing;
    private int _data;
    private int _alive;

    private TunnelEnd(TunnelStream stream, INatsSub<ReceivedMessage> messages)
    {
        (Stream, _messages) = (stream, messages);
        Stream.Open();
        _passing = PassAsync();
    }

    public TunnelStream Stream { get; }

    /// <summary>The number of messages with bytes that have come.</summary>
    public int Data => Volatile.Read(ref _data);

    /// <summary>The number of times that the other end has said that it is there.</summary>
    public int Alive => Volatile.Read(ref _alive);

    /// <summary>Opens both ends.</summary>
    public static async Task<(TunnelEnd A, TunnelEnd B)> PairAsync(BrokerConnection first, BrokerConnection second, TunnelTimes times)
    {
        INatsSub<ReceivedMessage> toA = await first.SubscribeAsync("tunnel.a", TunnelMessageFormat.Instance, default);
        INatsSub<ReceivedMessage> toB = await second.SubscribeAsync("tunnel.b", TunnelMessageFormat.Instance, default);
        // The broker knows both subscriptions when it has answered.
        await first.Nats.PingAsync();
        await second.Nats.PingAsync();
        return (
            new(new(first, "a", "tunnel.b", "tunnel.a", times), toA),
            new(new(second, "b", "tunnel.a", "tunnel.b", times), toB));
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync().Within();
        await _passing.Within();
        await _messages.DisposeAsync().Within();
    }

    private async Task PassAsync()
    {
        try
        {
            while (true)
            {
                NatsMsg<ReceivedMessage> message = await _messages.Msgs.ReadAsync(Stream.Ended);
                TunnelKind kind = message.Data.Kind;
                if (message.HasNoResponders)
                    Stream.LoseOtherEnd();
                else
                    Stream.Receive(message.Data);
                if (kind == TunnelKind.Data)
                    Interlocked.Increment(ref _data);
                if (kind == TunnelKind.Alive)
                    Interlocked.Increment(ref _alive);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // The end, or the connection to the broker, is closed.
        }
    }
}
