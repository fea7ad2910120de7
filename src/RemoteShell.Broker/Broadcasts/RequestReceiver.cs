using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using RemoteShell.Broker.Connections;
using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Broker.Broadcasts;

/// <summary>Receives signed requests for a host, passes them to its server, and publishes the results.</summary>
/// <remarks>
/// It reads the requests of the time before as well: those that the host has missed, and those whose result an earlier program did not
/// publish. The server starts each job at most once.
/// </remarks>
/// <param name="broker">The connection to the broker.</param>
/// <param name="host">How the host is called.</param>
/// <param name="server">Carries the requests out.</param>
/// <param name="log">Receives what becomes of each request.</param>
public sealed class RequestReceiver(BrokerConnection broker, BroadcastHost host, RequestServer server, ILogger log)
{
    // A result that takes longer is announced, so that the reader does not think that the host is away.
    private static readonly TimeSpan QuickTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // Requests that are carried out at once. Others wait.
    private const int MaxAtOnce = 64;

    // Requests that wait or are carried out. More are dropped: a request has up to 256 KiB, and anybody may have sent it.
    private const int MaxHeld = 256;

    private readonly SemaphoreSlim _places = new(MaxAtOnce, MaxAtOnce);
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private INatsSub<byte[]>? _requests;

    /// <summary>Begins to receive: no request that is published after this is missed.</summary>
    /// <exception cref="BrokerException">The broker has no JetStream, or does not permit it.</exception>
    public async Task StartAsync(CancellationToken stopping)
    {
        var context = new NatsJSContext(broker.Nats);
        await BrokerStreams.OpenAsync(context, BrokerStreams.Results, stopping).ConfigureAwait(false);
        await BrokerStreams.OpenAsync(context, BrokerStreams.Requests, stopping).ConfigureAwait(false);
        _requests = await broker
            .SubscribeAsync(Subjects.AllRequests, NatsRawSerializer<byte[]>.Default, stopping)
            .ConfigureAwait(false);
        // The broker knows the subscription after this.
        await broker.Nats.PingAsync(stopping).ConfigureAwait(false);
    }

    /// <summary>Receives requests until the token is cancelled.</summary>
    /// <exception cref="BrokerException">The connection to the broker was closed.</exception>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        INatsSub<byte[]> requests = _requests ?? throw new InvalidOperationException("the receiver was not started");
        var context = new NatsJSContext(broker.Nats);
        await using (requests.ConfigureAwait(false))
        {
            Task reading = ReadMissedAsync(context, stopping);
            try
            {
                while (true)
                {
                    NatsMsg<byte[]> message = await requests.Msgs.ReadAsync(stopping).ConfigureAwait(false);
                    Begin(context, message.Data, stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                await reading.ConfigureAwait(false);
                await Task.WhenAll(_running.Keys).ConfigureAwait(false);
            }
            catch (ChannelClosedException e)
            {
                throw new BrokerException("the connection to the broker was closed", e);
            }
        }
    }

    // Once at the start, and after each time without the broker.
    private async Task ReadMissedAsync(NatsJSContext context, CancellationToken stopping)
    {
        using var connected = new SemaphoreSlim(1);
        broker.Connected += OnConnected;
        try
        {
            while (true)
            {
                await connected.WaitAsync(stopping).ConfigureAwait(false);
                await TryReadMissedAsync(context, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host is stopping.
        }
        finally
        {
            broker.Connected -= OnConnected;
        }

        void OnConnected() => connected.Release();
    }

    private async Task TryReadMissedAsync(NatsJSContext context, CancellationToken stopping)
    {
        try
        {
            INatsJSStream stream = await context
                .GetStreamAsync(BrokerStreams.Requests, cancellationToken: stopping)
                .ConfigureAwait(false);
            StreamState state = stream.Info.State;
            for (ulong next = state.FirstSeq; state.Messages > 0 && next <= state.LastSeq; next++)
            {
                NatsMsg<byte[]> message = await stream
                    .GetDirectAsync<byte[]>(new StreamMsgGetRequest { Seq = next }, NatsRawSerializer<byte[]>.Default, stopping)
                    .ConfigureAwait(false);
                Begin(context, message.Data, stopping);
            }
        }
        catch (NatsException e)
        {
            log.LogWarning("cannot read the requests of before: {Reason}", e.Message);
        }
    }

    private void Begin(NatsJSContext context, byte[]? bytes, CancellationToken stopping)
    {
        if (Read(bytes) is not var (text, request))
            return;
        if (_running.Count >= MaxHeld)
        {
            log.LogWarning("dropped a request of run {Run}: {Count} others are held", request.Run, MaxHeld);
            return;
        }

        if (!_known.TryAdd(text.PayloadHash, true))
            return;
        Task answering = AnswerAsync(context, text, request, stopping);
        _running[answering] = true;
        _ = answering.ContinueWith(ended => _running.TryRemove(ended, out _), TaskScheduler.Default);
    }

    // Null if the request is not meant for this host, or is none. The server checks everything again.
    private (SignedText Text, BroadcastRequest Request)? Read(byte[]? bytes)
    {
        try
        {
            var text = SignedText.Parse(bytes, SignedKind.Request);
            BroadcastRequest request = BroadcastRequest.Decode(text.Payload.Span);
            return TargetNames.Contains(request.Targets, host.Name, host.Groups) ? (text, request) : null;
        }
        catch (BroadcastException e)
        {
            log.LogDebug("ignored a request: {Reason}", e.Message);
            return null;
        }
    }

    // Never throws.
    private async Task AnswerAsync(NatsJSContext context, SignedText text, BroadcastRequest request, CancellationToken stopping)
    {
        var publisher = new ResultPublisher(context, request, host.Name, text.PayloadHash);
        try
        {
            await _places.WaitAsync(stopping).ConfigureAwait(false);
            try
            {
                if (await publisher.HasResultAsync(stopping).ConfigureAwait(false))
                    return;
                await AnswerUntilPublishedAsync(publisher, text, request, stopping).ConfigureAwait(false);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // The host is stopping; the next program asks again.
        }
    }

    private async Task AnswerUntilPublishedAsync(
        ResultPublisher publisher, SignedText text, BroadcastRequest request, CancellationToken stopping)
    {
        for (TimeSpan pause = RetryPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                Task<SignedText?> answering = server.AnswerAsync(text, stopping);
                if (!await IsQuickAsync(answering, stopping).ConfigureAwait(false))
                    await publisher.PublishTakenAsync(stopping).ConfigureAwait(false);
                if (await answering.ConfigureAwait(false) is not { } result)
                {
                    log.LogInformation("the server gives no answer to a request of run {Run}", request.Run);
                    return;
                }

                await publisher.PublishAsync(result, stopping).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is IOException or NatsException)
            {
                log.LogWarning("run {Run}: {Reason}; trying again in {Pause} s", request.Run, e.Message, pause.TotalSeconds);
            }

            // A broker that is back is asked at once.
            await Task.WhenAny(Task.Delay(pause, stopping), broker.Return).ConfigureAwait(false);
            stopping.ThrowIfCancellationRequested();
        }
    }

    private static async Task<bool> IsQuickAsync(Task answering, CancellationToken stopping)
    {
        if (answering.IsCompleted)
            return true;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task first = await Task.WhenAny(answering, Task.Delay(QuickTime, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        return first == answering;
    }
}
