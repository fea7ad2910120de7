using System.Runtime.CompilerServices;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using RemoteShell.Broker.Connections;

namespace RemoteShell.Broker.Broadcasts;

/// <summary>Reads the results of a run with a durable consumer: one that follows after a reader was killed misses nothing.</summary>
public sealed class ResultReader
{
    // Unread results of a run stay at the broker as long as the results themselves.
    private static readonly TimeSpan KeepTime = TimeSpan.FromDays(7);

    // What is not acknowledged comes again after this time.
    private static readonly TimeSpan AcknowledgementTime = TimeSpan.FromSeconds(30);

    private const int MaxAtOnce = 2000;

    // As JetStream wants it.
    private static readonly byte[] Acknowledgement = "+ACK"u8.ToArray();

    private readonly BrokerConnection _broker;
    private readonly NatsJSContext _context;
    private readonly INatsJSConsumer _consumer;
    private readonly string _run;
    private readonly Lock _gate = new();

    // Guarded by _gate: the numbers that were read and not acknowledged, and the subjects for that.
    private readonly Queue<(ulong Sequence, string Subject)> _unstored = new();

    private ResultReader(BrokerConnection broker, NatsJSContext context, INatsJSConsumer consumer, string run)
        => (_broker, _context, _consumer, _run) = (broker, context, consumer, run);

    private static string ConsumerOf(string run) => $"run-{run}";

    /// <summary>Opens the results of a run, or goes on after what an earlier reader has acknowledged.</summary>
    /// <param name="broker">The connection to the broker.</param>
    /// <param name="signer">The fingerprint of the key that has signed the request: <c>SHA256:…</c>.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="BrokerException">The broker has no JetStream, or does not permit it.</exception>
    public static async Task<ResultReader> OpenAsync(
        BrokerConnection broker, string signer, string run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(run);
        var context = new NatsJSContext(broker.Nats);
        string subject = Subjects.Results(signer, run);
        try
        {
            try
            {
                return await OpenAsync(broker, context, subject, run, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsJSApiException e) when (e.Error.Code == BrokerStreams.NotFound)
            {
                // The first run of all at this broker.
                await BrokerStreams.OpenAsync(context, BrokerStreams.Results, cancellationToken).ConfigureAwait(false);
                return await OpenAsync(broker, context, subject, run, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (NatsException e)
        {
            throw BrokerStreams.Unusable(e);
        }
    }

    private static async Task<ResultReader> OpenAsync(
        BrokerConnection broker, NatsJSContext context, string subject, string run, CancellationToken cancellationToken)
    {
        ConsumerConfig config = await ConfigOfAsync(context, subject, run, cancellationToken).ConfigureAwait(false);
        INatsJSConsumer consumer = await context
            .CreateOrUpdateConsumerAsync(BrokerStreams.Results, config, cancellationToken)
            .ConfigureAwait(false);
        return new(broker, context, consumer, run);
    }

    // What an earlier reader has read and not acknowledged would come again only after a while. A consumer that begins there has it at
    // once.
    private static async Task<ConsumerConfig> ConfigOfAsync(
        NatsJSContext context, string subject, string run, CancellationToken cancellationToken)
    {
        ulong acknowledged = await AcknowledgedAsync(context, run, cancellationToken).ConfigureAwait(false);
        var config = new ConsumerConfig(ConsumerOf(run))
        {
            FilterSubject = subject,
            AckPolicy = ConsumerConfigAckPolicy.All,
            AckWait = AcknowledgementTime,
            MaxAckPending = -1,
            InactiveThreshold = KeepTime,
        };
        if (acknowledged > 0)
        {
            config.DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence;
            config.OptStartSeq = acknowledged + 1;
        }

        return config;
    }

    // Removes the consumer of an earlier reader, and returns the last result that it has acknowledged; 0 if there is none.
    private static async Task<ulong> AcknowledgedAsync(NatsJSContext context, string run, CancellationToken cancellationToken)
    {
        try
        {
            INatsJSConsumer earlier = await context
                .GetConsumerAsync(BrokerStreams.Results, ConsumerOf(run), cancellationToken)
                .ConfigureAwait(false);
            ulong before = earlier.Info.Config.OptStartSeq is > 0 and var start ? start - 1 : 0;
            ulong acknowledged = Math.Max(earlier.Info.AckFloor.StreamSeq, before);
            await context.DeleteConsumerAsync(BrokerStreams.Results, ConsumerOf(run), cancellationToken).ConfigureAwait(false);
            return acknowledged;
        }
        catch (NatsJSApiException e) when (e.Error.Code == BrokerStreams.NotFound)
        {
            return 0;
        }
    }

    /// <summary>Reads results as they come, until the token is cancelled.</summary>
    /// <exception cref="BrokerException">The broker does not let this reader go on.</exception>
    public async IAsyncEnumerable<ReceivedResult> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            using var round = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _ = CancelAtReturnAsync(_broker.Return, round);
            IAsyncEnumerator<INatsJSMsg<byte[]>> messages = Consume(round.Token);
            await using (messages.ConfigureAwait(false))
            {
                while (await HasNextAsync(messages, cancellationToken).ConfigureAwait(false))
                    yield return Note(messages.Current);
            }

            cancellationToken.ThrowIfCancellationRequested();
            await _broker.Nats.PingAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // A broker that was started again does not know what was asked for, and would be asked again only after half a minute.
    private static async Task CancelAtReturnAsync(Task @return, CancellationTokenSource round)
    {
        await @return.ConfigureAwait(false);
        try
        {
            await round.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The round has ended.
        }
    }

    private static async ValueTask<bool> HasNextAsync(IAsyncEnumerator<INatsJSMsg<byte[]>> messages, CancellationToken cancellationToken)
    {
        try
        {
            return await messages.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (NatsException e)
        {
            throw BrokerStreams.Unusable(e);
        }
    }

    private IAsyncEnumerator<INatsJSMsg<byte[]>> Consume(CancellationToken cancellationToken) => _consumer
        .ConsumeAsync(NatsRawSerializer<byte[]>.Default, new NatsJSConsumeOpts { MaxMsgs = MaxAtOnce }, cancellationToken)
        .GetAsyncEnumerator(cancellationToken);

    private ReceivedResult Note(INatsJSMsg<byte[]> message)
    {
        ulong sequence = message.Metadata?.Sequence.Stream ?? 0;
        // Without the bytes: what is not acknowledged yet may be much.
        lock (_gate)
            _unstored.Enqueue((sequence, message.ReplyTo ?? ""));
        return new(sequence, Subjects.HostOfResult(message.Subject), message.Data);
    }

    /// <summary>Acknowledges all results up to one: the broker does not send them again.</summary>
    public async Task AcknowledgeAsync(ulong sequence, CancellationToken cancellationToken = default)
    {
        string? last = null;
        lock (_gate)
        {
            while (_unstored.TryPeek(out (ulong Sequence, string) first) && first.Sequence <= sequence)
                (_, last) = _unstored.Dequeue();
        }

        if (last is { Length: > 0 })
            await _context.Connection.PublishAsync(last, Acknowledgement, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the results up: the broker keeps no place for this run.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _context.DeleteConsumerAsync(BrokerStreams.Results, ConsumerOf(_run), cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            // It goes by itself.
        }
    }
}
