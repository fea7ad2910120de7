using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>A client that looks on at a job: what <c>attach</c> and <c>logs</c> have in common.</summary>
/// <param name="request">What was asked.</param>
/// <param name="job">What is looked at.</param>
/// <param name="positions">Where the client wants streams to begin, as far as it says so.</param>
internal sealed class WatcherStreams(OpenRequest request, Job job, IReadOnlyDictionary<string, StreamPosition>? positions)
{
    /// <summary>Sends the stretches, and then the message that <paramref name="last"/> gives for what was sent.</summary>
    public async Task RunAsync(Channel channel, IReadOnlyDictionary<string, OutputFollower> watches, Func<IReadOnlyDictionary<string, StreamTotal>, CancellationToken, Task<Message>> last, CancellationToken stopping)
    {
        using IDisposable watching = job.Clients.Watch();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(channel.Ended, stopping);
        OutgoingStream[] streams = [.. watches.Select(watch => Open(channel, watch.Key, watch.Value.From))];
        channel.Post(new OpenedMessage { Job = job.Id, Tty = job.Record.Tty, Streams = watches.ToDictionary(watch => watch.Key, watch => watch.Value.From, StringComparer.Ordinal) });
        try
        {
            await Task.WhenAll(watches.Values.Zip(streams, (watch, stream) => watch.SendAsync(stream, ended.Token)));
            channel.Finish(await last(streams.ToDictionary(stream => stream.Name, stream => stream.Sent, StringComparer.Ordinal), ended.Token));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            channel.Fail(new(ErrorCode.Stopping, "the server is stopping; what is detached goes on", "attach again when it is back"));
        }
        catch (OperationCanceledException)
        {
            // The client is gone, and the job was not waiting for it.
        }
    }

    private OutgoingStream Open(Channel channel, string name, long from)
    {
        long limit = positions?.GetValueOrDefault(name)?.Limit ?? from + request.Window;
        return channel.AddOutgoing(name, new SendWindow(new StreamPosition(from, limit)), new StreamDigest(request.Digest, from));
    }
}
