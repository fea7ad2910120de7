using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using RemoteShell.Broker.Connections;

namespace RemoteShell.Broker.Tunnels;

/// <summary>Accepts tunnels for a host, and passes each to a connection of the host's server.</summary>
/// <param name="broker">The connection to the broker.</param>
/// <param name="options">The host.</param>
/// <param name="log">Receives the begin and the end of each tunnel.</param>
public sealed class TunnelHost(BrokerConnection broker, TunnelHostOptions options, ILogger log)
{
    private const int IdLength = 32;

    private readonly ConcurrentDictionary<string, TunnelStream> _tunnels = new(StringComparer.Ordinal);

    /// <summary>The number of open tunnels.</summary>
    public int Count => _tunnels.Count;

    /// <summary>Accepts tunnels until the token is cancelled. It then resets them.</summary>
    /// <exception cref="BrokerException">The name is not valid, or the connection to the broker is closed.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        string name = HostName.Normalize(options.Name);
        INatsSub<ReceivedMessage> messages = await SubscribeAsync(Subjects.AllUp(name), stopping).ConfigureAwait(false);
        await using (messages.ConfigureAwait(false))
        {
            INatsSub<ReceivedMessage> requests = await SubscribeAsync(Subjects.Open(name), stopping).ConfigureAwait(false);
            await using (requests.ConfigureAwait(false))
                await RunAsync(name, messages, requests, stopping).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(
        string name, INatsSub<ReceivedMessage> messages, INatsSub<ReceivedMessage> requests, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task[] both = [PassAsync(messages, over.Token), AcceptAsync(name, requests, over.Token)];
        try
        {
            await (await Task.WhenAny(both).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It was told to stop.
        }
        catch (ChannelClosedException e)
        {
            throw new BrokerException("the connection to the broker is closed", e);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The token must not end the subscription: its reader would see a closed connection.
    private async Task<INatsSub<ReceivedMessage>> SubscribeAsync(string subject, CancellationToken stopping)
        => await broker.SubscribeAsync(subject, TunnelMessageFormat.Instance, CancellationToken.None)
            .AsTask()
            .WaitAsync(stopping)
            .ConfigureAwait(false);

    // Returns when all tunnels have ended.
    private async Task AcceptAsync(string name, INatsSub<ReceivedMessage> requests, CancellationToken stopping)
    {
        var running = new ConcurrentDictionary<Task, bool>();
        try
        {
            while (true)
            {
                NatsMsg<ReceivedMessage> request = await requests.Msgs.ReadAsync(stopping).ConfigureAwait(false);
                using ReceivedMessage message = request.Data;
                if (IdOf(message) is not { } id || request.ReplyTo is not { } answers || !Subjects.MayAnswer(answers))
                    continue;
                Task serving = ServeAsync(name, id, answers, stopping);
                running[serving] = true;
                _ = serving.ContinueWith(ended => running.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        finally
        {
            await Task.WhenAll(running.Keys).ConfigureAwait(false);
        }
    }

    private async Task PassAsync(INatsSub<ReceivedMessage> messages, CancellationToken stopping)
    {
        while (true)
        {
            NatsMsg<ReceivedMessage> message = await messages.Msgs.ReadAsync(stopping).ConfigureAwait(false);
            if (!_tunnels.TryGetValue(message.Subject[(message.Subject.LastIndexOf('.') + 1)..], out TunnelStream? tunnel))
                await RefuseAsync(message, stopping).ConfigureAwait(false);
            else if (message.HasNoResponders)
                tunnel.LoseOtherEnd();
            else
                tunnel.Receive(message.Data);
        }
    }

    // A message of a tunnel that this host does not know: of before a restart, or one that has ended.
    private async Task RefuseAsync(NatsMsg<ReceivedMessage> message, CancellationToken stopping)
    {
        using ReceivedMessage data = message.Data;
        if (data.Kind == TunnelKind.Alive && message.ReplyTo is { } answers && Subjects.MayAnswer(answers))
            await TryAnswerAsync(answers, TunnelKind.Reset, "the host does not know the tunnel any more", stopping).ConfigureAwait(false);
    }

    // Never throws.
    private async Task ServeAsync(string name, string id, string answers, CancellationToken stopping)
    {
        if (_tunnels.TryGetValue(id, out TunnelStream? known))
        {
            // The request is repeated: the answer was lost, or the server has not answered yet.
            if (known.IsOpened)
                await TryAnswerAsync(answers, TunnelKind.Opened, "", stopping).ConfigureAwait(false);
            return;
        }

        if (_tunnels.Count >= options.MaxTunnels)
        {
            string reason = $"it has {options.MaxTunnels} tunnels already";
            await TryAnswerAsync(answers, TunnelKind.Refused, reason, stopping).ConfigureAwait(false);
            return;
        }

        var tunnel = new TunnelStream(broker, id, answers, Subjects.Up(name, id), options.Times);
        _tunnels[id] = tunnel;
        try
        {
            await CarryAsync(tunnel, answers, stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException || BrokerConnection.IsFailure(e))
        {
            log.LogInformation("tunnel {Tunnel} was lost: {Reason}", id, e.Message);
        }
        finally
        {
            await tunnel.DisposeAsync().ConfigureAwait(false);
            _tunnels.TryRemove(new(id, tunnel));
        }
    }

    private async Task CarryAsync(TunnelStream tunnel, string answers, CancellationToken stopping)
    {
        ProtocolType protocol = options.Server.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp;
        using var socket = new Socket(options.Server.AddressFamily, SocketType.Stream, protocol);
        try
        {
            await socket.ConnectAsync(options.Server, stopping).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            log.LogWarning("the server does not answer at {Server}: {Reason}", options.Server, e.Message);
            await TryAnswerAsync(answers, TunnelKind.Refused, $"its server does not answer: {e.Message}", stopping).ConfigureAwait(false);
            return;
        }

        log.LogInformation("tunnel {Tunnel} is open", tunnel.Id);
        tunnel.Open();
        await TryAnswerAsync(answers, TunnelKind.Opened, "", stopping).ConfigureAwait(false);
        var server = new NetworkStream(socket);
        await using (server.ConfigureAwait(false))
            await SocketCarrier.CarryAsync(tunnel, server, stopping).ConfigureAwait(false);
        log.LogInformation("tunnel {Tunnel} has ended", tunnel.Id);
    }

    // An answer that is lost is asked for again.
    private async Task TryAnswerAsync(string answers, TunnelKind kind, string text, CancellationToken stopping)
    {
        var message = new SentMessage(kind, 0, Encoding.UTF8.GetBytes(text));
        try
        {
            await broker.PublishAsync(answers, message, TunnelMessageFormat.Instance, stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException || BrokerConnection.IsFailure(e))
        {
            log.LogInformation("could not answer: {Reason}", e.Message);
        }
    }

    // Null if it is not a request for a tunnel.
    private static string? IdOf(ReceivedMessage message)
    {
        if (message.Kind != TunnelKind.Open || message.Body.Length != IdLength)
            return null;
        string id = Encoding.ASCII.GetString(message.Body.Span);
        return id.All(char.IsAsciiHexDigitLower) ? id : null;
    }
}
