using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using RemoteShell.Broker.Connections;
using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Broker.Broadcasts;

/// <summary>Publishes signed requests.</summary>
public static class RequestPublisher
{
    /// <summary>Publishes a request. When the task ends, the broker has it on its disk. A second time it does nothing.</summary>
    /// <param name="broker">The connection to the broker.</param>
    /// <param name="request">The signed request.</param>
    /// <param name="cancellationToken">Stops the waiting; the request may be published.</param>
    /// <exception cref="BrokerException">The broker has no JetStream, or does not take the request.</exception>
    public static async Task PublishAsync(BrokerConnection broker, SignedText request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(request);
        string run = BroadcastRequest.Decode(request.Payload.Span).Run;
        var context = new NatsJSContext(broker.Nats);
        try
        {
            try
            {
                await PublishAsync(context, request, run, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsJSPublishNoResponseException)
            {
                // The first request of all at this broker.
                await BrokerStreams.OpenAsync(context, BrokerStreams.Requests, cancellationToken).ConfigureAwait(false);
                await PublishAsync(context, request, run, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (NatsException e)
        {
            throw BrokerStreams.Unusable(e);
        }
    }

    private static async Task PublishAsync(NatsJSContext context, SignedText request, string run, CancellationToken cancellationToken)
    {
        PubAckResponse answer = await context
            .PublishAsync(
                Subjects.Request(run),
                request.ToBytes(),
                NatsRawSerializer<byte[]>.Default,
                new NatsJSPubOpts { MsgId = request.PayloadHash },
                cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        // The broker has a message that comes twice already.
        if (!answer.Duplicate)
            answer.EnsureSuccess();
    }
}
