using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using RemoteShell.Broker.Connections;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Broker.Broadcasts;

/// <summary>Publishes what a host says about one run.</summary>
/// <param name="context">JetStream.</param>
/// <param name="request">The run's request.</param>
/// <param name="host">The host's name.</param>
/// <param name="hash">The hash of the request, by which the broker knows a message that comes twice.</param>
internal sealed class ResultPublisher(NatsJSContext context, BroadcastRequest request, string host, string hash)
{
    private readonly string _subject = Subjects.Result(FingerprintOf(request), request.Run, host);

    /// <summary>Whether the broker has a result of the host.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<bool> HasResultAsync(CancellationToken cancellationToken)
    {
        // A request that is new can have none.
        if (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - request.Issued < 10_000)
            return false;
        try
        {
            // The subject stands in that of the question, so that a broker can permit a host to read its own results only.
            NatsMsg<byte[]> last = await context.Connection
                .RequestAsync<byte[]>(
                    $"$JS.API.DIRECT.GET.{BrokerStreams.Results}.{_subject}",
                    replySerializer: NatsRawSerializer<byte[]>.Default,
                    cancellationToken: cancellationToken)
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
    public Task PublishTakenAsync(CancellationToken cancellationToken) => PublishAsync([], $"{hash}.{host}.taken", cancellationToken);

    /// <summary>Publishes the result.</summary>
    /// <exception cref="NatsException">The broker does not take it.</exception>
    public Task PublishAsync(SignedText result, CancellationToken cancellationToken)
        => PublishAsync(result.ToBytes(), $"{hash}.{host}", cancellationToken);

    private static string FingerprintOf(BroadcastRequest request)
        => PublicKey.TryParse(request.Key, out PublicKey? key)
            ? key!.Fingerprint
            : throw new ArgumentException("the request has no valid key", nameof(request));

    private async Task PublishAsync(byte[] bytes, string id, CancellationToken cancellationToken)
    {
        PubAckResponse answer = await context
            .PublishAsync(
                _subject, bytes, NatsRawSerializer<byte[]>.Default, new NatsJSPubOpts { MsgId = id }, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        // The broker has a message that comes twice already.
        if (!answer.Duplicate)
            answer.EnsureSuccess();
    }
}
