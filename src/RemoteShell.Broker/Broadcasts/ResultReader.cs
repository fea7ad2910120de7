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
    private static readonly TimeSpan AcknowledgementTime = TimeSpan.FromMinutes(5);

    private const int MaxAtOnce = 2000;

    private readonly NatsJSContext _context;
    private readonly INatsJSConsumer _consumer;
    private readonly string _run;
    private readonly Lock _gate = new();

    // Guarded by _gate: the messages that were read and not acknowledged.
    private readonly Queue<INatsJSMsg<byte[]>> _unstored = new();

    private ResultReader(NatsJSContext context, INatsJSConsumer consumer, string run)
        => (_context, _consumer, _run) = (context, consumer, run);

    private static string ConsumerOf(string run) => $"run-{run}";

    /// <summary>Opens the results of a run, or goes on after what an earlier reader has acknowledged.</summary>
    /// <exception cref="BrokerException">The broker has no JetStream, or does not permit it.</exception>
    public static async Task<ResultReader> OpenAsync(BrokerConnection broker, string run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(run);
        var context = new NatsJSContext(broker.Nats);
        await BrokerStreams.OpenAsync(context, BrokerStreams.Results, cancellationToken).ConfigureAwait(false);
        try
        {
            ConsumerConfig config = await ConfigOfAsync(context, run, cancellationToken).ConfigureAwait(false);
            INatsJSConsumer consumer = await context
                .CreateOrUpdateConsumerAsync(BrokerStreams.Results, config, cancellationToken)
                .ConfigureAwait(false);
            return new(context, consumer, run);
        }
        catch (NatsException e)
        {
            throw BrokerStreams.Unusable(e);
        }
    }

    // What an earlier reader has read and not acknowledged would come again only after a while. A consumer that begins there has it at
    // once.
    private static async Task<ConsumerConfig> ConfigOfAsync(NatsJSContext context, string run, CancellationToken cancellationToken)
    {
        ulong acknowledged = await AcknowledgedAsync(context, run, cancellationToken).ConfigureAwait(false);
        var config = new ConsumerConfig(ConsumerOf(run))
        {
            FilterSubject = Subjects.Results(run),
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
        var options = new NatsJSConsumeOpts { MaxMsgs = MaxAtOnce };
        await foreach (INatsJSMsg<byte[]> message in _consumer
            .ConsumeAsync(NatsRawSerializer<byte[]>.Default, options, cancellationToken)
            .ConfigureAwait(false))
        {
            ulong sequence = message.Metadata?.Sequence.Stream ?? 0;
            lock (_gate)
                _unstored.Enqueue(message);
            yield return new(sequence, Subjects.HostOfResult(message.Subject, _run), message.Data);
        }
    }

    /// <summary>Acknowledges all results up to one: the broker does not send them again.</summary>
    public async Task AcknowledgeAsync(ulong sequence, CancellationToken cancellationToken = default)
    {
        INatsJSMsg<byte[]>? last = null;
        lock (_gate)
        {
            while (_unstored.TryPeek(out INatsJSMsg<byte[]>? first) && first.Metadata?.Sequence.Stream <= sequence)
                last = _unstored.Dequeue();
        }

        if (last is not null)
            await last.AckAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
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
