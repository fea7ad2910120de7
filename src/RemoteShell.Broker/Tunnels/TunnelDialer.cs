using System.Security.Cryptography;
using System.Text;
using NATS.Client.Core;
using RemoteShell.Broker.Connections;

namespace RemoteShell.Broker.Tunnels;

/// <summary>Opens tunnels to hosts behind a broker.</summary>
public static class TunnelDialer
{
    /// <summary>Opens a tunnel. The caller disposes it.</summary>
    /// <param name="broker">The connection to the broker. It must outlive the tunnel.</param>
    /// <param name="host">The host's name.</param>
    /// <param name="timeout">How long the host may take.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="BrokerException">No host has that name, it does not answer, or it refuses.</exception>
    public static Task<TunnelStream> DialAsync(
        BrokerConnection broker, string host, TimeSpan timeout, CancellationToken cancellationToken = default)
        => DialAsync(broker, host, timeout, new TunnelTimes(), cancellationToken);

    internal static async Task<TunnelStream> DialAsync(
        BrokerConnection broker, string host, TimeSpan timeout, TunnelTimes times, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(broker);
        string name = HostName.Normalize(host);
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        string answers = $"{broker.Options.InboxPrefix}.{id}";
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(timeout);
        try
        {
            // The subscription outlives this call, so the token must not end it.
            INatsSub<ReceivedMessage> subscription = await broker
                .SubscribeAsync(answers, TunnelMessageFormat.Instance, CancellationToken.None)
                .AsTask()
                .WaitAsync(time.Token)
                .ConfigureAwait(false);
            return await OpenAsync(broker, subscription, name, id, times, time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokerException($"'{name}' does not answer through the broker within {timeout.TotalSeconds:0.###} s", e)
            {
                Hint = "try again; on that machine, look at the log of rsh-broker serve",
            };
        }
        catch (Exception e) when (BrokerConnection.IsFailure(e))
        {
            throw new BrokerException($"lost the broker while '{name}' was called: {e.Message}", e) { Hint = "try again" };
        }
    }

    private static async Task<TunnelStream> OpenAsync(
        BrokerConnection broker,
        INatsSub<ReceivedMessage> subscription,
        string name,
        string id,
        TunnelTimes times,
        CancellationToken cancellationToken)
    {
        var stream = new TunnelStream(broker, id, Subjects.Up(name, id), subscription.Subject, times);
        try
        {
            var request = new SentMessage(TunnelKind.Open, 0, Encoding.ASCII.GetBytes(id));
            do
            {
                await broker
                    .PublishAsync(Subjects.Open(name), request, TunnelMessageFormat.Instance, cancellationToken, subscription.Subject)
                    .ConfigureAwait(false);
            }
            while (!await IsOpenedAsync(subscription, name, times.Repetition, cancellationToken).ConfigureAwait(false));
            stream.Open();
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

    // False if no answer came in time.
    private static async Task<bool> IsOpenedAsync(
        INatsSub<ReceivedMessage> subscription, string name, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limit);
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
                if (message.HasNoResponders)
                    stream.LoseOtherEnd();
                else
                    stream.Receive(message.Data);
            }
        }
        catch (OperationCanceledException)
        {
            // The tunnel has ended.
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            stream.LoseBroker();
        }

        await subscription.DisposeAsync().ConfigureAwait(false);
    }

    private static BrokerException NotThere(string name) => new($"no host named '{name}' is connected to the broker")
    {
        Hint = "check the name; the hosts that are there: rsh-client hosts --broker URL",
    };
}
