using System.Security.Cryptography;
using System.Text;
using NATS.Client.Core;
using RemoteShell.Broker.Connections;

namespace RemoteShell.Broker.Tunnels;

/// <summary>Opens tunnels to hosts behind a broker.</summary>
public static class TunnelDialer
{
    // The request, or its answer, may be lost; the host knows the tunnel by its id.
    private static readonly TimeSpan Repetition = TimeSpan.FromSeconds(2);

    /// <summary>Opens a tunnel. The caller disposes it.</summary>
    /// <param name="broker">The connection to the broker. It must outlive the tunnel.</param>
    /// <param name="host">The host's name.</param>
    /// <param name="timeout">How long the host may take.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="BrokerException">No host has that name, it does not answer, or it refuses.</exception>
    public static async Task<TunnelStream> DialAsync(
        BrokerConnection broker, string host, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(broker);
        string name = HostName.Normalize(host);
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        string answers = $"{broker.Options.InboxPrefix}.{id}";
        INatsSub<ReceivedMessage> subscription = await broker
            .SubscribeAsync(answers, TunnelMessageFormat.Instance, cancellationToken)
            .ConfigureAwait(false);
        var stream = new TunnelStream(broker, id, Subjects.Up(name, id));
        try
        {
            await OpenAsync(broker, subscription, name, answers, id, timeout, cancellationToken).ConfigureAwait(false);
            _ = PassAsync(subscription, stream);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task OpenAsync(
        BrokerConnection broker,
        INatsSub<ReceivedMessage> subscription,
        string name,
        string answers,
        string id,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(timeout);
        var request = new SentMessage(TunnelKind.Open, 0, Encoding.ASCII.GetBytes(id));
        try
        {
            while (true)
            {
                await broker
                    .PublishAsync(Subjects.Open(name), request, TunnelMessageFormat.Instance, time.Token, answers)
                    .ConfigureAwait(false);
                if (await IsOpenedAsync(subscription, name, time.Token).ConfigureAwait(false))
                    return;
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokerException($"'{name}' does not answer through the broker within {timeout.TotalSeconds:0.###} s", e)
            {
                Hint = "try again; on that machine, look at the log of rsh-broker serve",
            };
        }
    }

    // False if no answer came in time.
    private static async Task<bool> IsOpenedAsync(
        INatsSub<ReceivedMessage> subscription, string name, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(Repetition);
        try
        {
            while (true)
            {
                NatsMsg<ReceivedMessage> answer = await subscription.Msgs.ReadAsync(time.Token).ConfigureAwait(false);
                if (answer.HasNoResponders)
                    throw NotThere(name);
                using ReceivedMessage message = answer.Data;
                if (message.Kind == TunnelKind.Opened)
                    return true;
                if (message.Kind is TunnelKind.Refused or TunnelKind.Reset)
                    throw new BrokerException($"'{name}' refuses the tunnel: {TunnelStream.ReasonOf(message, "it does not say why")}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task PassAsync(INatsSub<ReceivedMessage> subscription, TunnelStream stream)
    {
        try
        {
            while (true)
            {
                NatsMsg<ReceivedMessage> message = await subscription.Msgs.ReadAsync(stream.Ended).ConfigureAwait(false);
                stream.Receive(message.Data);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or System.Threading.Channels.ChannelClosedException)
        {
            // The tunnel or the connection to the broker has ended.
        }

        await subscription.DisposeAsync().ConfigureAwait(false);
    }

    private static BrokerException NotThere(string name) => new($"no host named '{name}' is connected to the broker")
    {
        Hint = "check the name; the hosts that are there: rsh-client hosts --broker URL",
    };
}
