using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using RemoteShell.Broker.Connections;
using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Broker.Broadcasts;

/// <summary>Publishes what a host says about one run.</summary>
/// <param name="context">JetStream.</param>
/// <param name="run">The run.</param>
/// <param name="host">The host's name.</param>
/// <param name="request">The hash of the request, by which the broker knows a message that comes twice.</param>
internal sealed class ResultPublisher(NatsJSContext context, string run, string host, string request)
{
    private readonly string _subject = Subjects.Result(run, host);

    /// <summary>Whether the broker has a result of the host, or the time of a request that the host never got is over.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<bool> HasResultAsync(BroadcastRequest of, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(of);
        // A request that is new can have none.
        if (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - of.Issued < 10_000)
            return false;
        try
        {
            INatsJSStream stream = await context
                .GetStreamAsync(BrokerStreams.Results, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            NatsMsg<byte[]> last = await stream
                .GetDirectAsync<byte[]>(
                    new StreamMsgGetRequest { LastBySubj = _subject }, NatsRawSerializer<byte[]>.Default, cancellationToken)
                .ConfigureAwait(false);
            return last.Data?.Length > 0;
        }
        catch (NatsException)
        {
            return false;
        }
    }

    /// <summary>Says that the host has the request.</summary>
    /// <exception cref="NatsException">The broker does not take it.</exception>
    public Task PublishTakenAsync(CancellationToken cancellationToken) => PublishAsync([], $"{request}.{host}.taken", cancellationToken);

    /// <summary>Publishes the result.</summary>
    /// <exception cref="NatsException">The broker does not take it.</exception>
    public Task PublishAsync(SignedText result, CancellationToken cancellationToken)
        => PublishAsync(result.ToBytes(), $"{request}.{host}", cancellationToken);

    private async Task PublishAsync(byte[] bytes, string id, CancellationToken cancellationToken)
    {
        PubAckResponse answer = await context
            .PublishAsync(
                _subject, bytes, NatsRawSerializer<byte[]>.Default, new NatsJSPubOpts { MsgId = id }, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        answer.EnsureSuccess();
    }
}
