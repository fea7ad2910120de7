using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
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
    /// <exception cref="BrokerException">The name is not valid.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        string name = HostName.Normalize(options.Name);
        INatsSub<ReceivedMessage> messages = await SubscribeAsync(Subjects.AllUp(name), stopping).ConfigureAwait(false);
        await using (messages.ConfigureAwait(false))
        {
            INatsSub<ReceivedMessage> requests = await SubscribeAsync(Subjects.Open(name), stopping).ConfigureAwait(false);
            await using (requests.ConfigureAwait(false))
            {
                Task passing = PassAsync(messages, stopping);
                await AcceptAsync(requests, stopping).ConfigureAwait(false);
                await passing.ConfigureAwait(false);
            }
        }
    }

    private ValueTask<INatsSub<ReceivedMessage>> SubscribeAsync(string subject, CancellationToken stopping)
        => broker.SubscribeAsync(subject, TunnelMessageFormat.Instance, stopping);

    // Returns when the token is cancelled and all tunnels have ended.
    private async Task AcceptAsync(INatsSub<ReceivedMessage> requests, CancellationToken stopping)
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
                Task serving = ServeAsync(id, answers, stopping);
                running[serving] = true;
                _ = serving.ContinueWith(ended => running.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(running.Keys).ConfigureAwait(false);
        }
    }

    private async Task PassAsync(INatsSub<ReceivedMessage> messages, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                NatsMsg<ReceivedMessage> message = await messages.Msgs.ReadAsync(stopping).ConfigureAwait(false);
                if (_tunnels.TryGetValue(message.Subject[(message.Subject.LastIndexOf('.') + 1)..], out TunnelStream? tunnel))
                    tunnel.Receive(message.Data);
                else
                    message.Data.Dispose();
            }
        }
        catch (OperationCanceledException)
        {
            // The host is stopping.
        }
    }

    // Never throws.
    private async Task ServeAsync(string id, string answers, CancellationToken stopping)
    {
        if (_tunnels.ContainsKey(id))
        {
            // The answer was lost.
            await AnswerAsync(answers, TunnelKind.Opened, "", stopping).ConfigureAwait(false);
            return;
        }

        var tunnel = new TunnelStream(broker, id, answers);
        try
        {
            if (!_tunnels.TryAdd(id, tunnel))
                return;
            if (_tunnels.Count > options.MaxTunnels)
                await RefuseAsync(answers, $"it has {options.MaxTunnels} tunnels already", stopping).ConfigureAwait(false);
            else
                await CarryAsync(tunnel, answers, stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
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
            await RefuseAsync(answers, $"its server does not answer: {e.Message}", stopping).ConfigureAwait(false);
            return;
        }

        log.LogInformation("tunnel {Tunnel} is open", tunnel.Id);
        await AnswerAsync(answers, TunnelKind.Opened, "", stopping).ConfigureAwait(false);
        var server = new NetworkStream(socket);
        await using (server.ConfigureAwait(false))
            await SocketCarrier.CarryAsync(tunnel, server, stopping).ConfigureAwait(false);
        log.LogInformation("tunnel {Tunnel} has ended", tunnel.Id);
    }

    private Task RefuseAsync(string answers, string reason, CancellationToken stopping)
        => AnswerAsync(answers, TunnelKind.Refused, reason, stopping);

    private async Task AnswerAsync(string answers, TunnelKind kind, string text, CancellationToken stopping)
    {
        var message = new SentMessage(kind, 0, Encoding.UTF8.GetBytes(text));
        await broker.PublishAsync(answers, message, TunnelMessageFormat.Instance, stopping).ConfigureAwait(false);
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
