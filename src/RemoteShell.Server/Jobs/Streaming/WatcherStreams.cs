using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>Sends output to a watcher: what the requests <c>attach</c> and <c>logs</c> have in common.</summary>
/// <param name="request">The watcher's request.</param>
/// <param name="job">The job.</param>
/// <param name="positions">The start offsets that the client gave, by stream name; null if it gave none.</param>
internal sealed class WatcherStreams(OpenRequest request, Job job, IReadOnlyDictionary<string, StreamPosition>? positions)
{
    /// <summary>Sends the ranges, then the message that <paramref name="last"/> returns for the totals sent.</summary>
    public async Task RunAsync(
        Channel channel,
        IReadOnlyDictionary<string, OutputFollower> followers,
        Func<IReadOnlyDictionary<string, StreamTotal>, CancellationToken, Task<Message>> last,
        CancellationToken stopping)
    {
        using IDisposable watching = job.Clients.Watch();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(channel.Ended, stopping);
        OutgoingStream[] streams = [.. followers.Select(follower => Open(channel, follower.Key, follower.Value.From))];
        channel.Post(new OpenedMessage
        {
            Job = job.Id,
            Tty = job.Record.Tty,
            Streams = followers.ToDictionary(follower => follower.Key, follower => follower.Value.From, StringComparer.Ordinal),
        });
        try
        {
            await Task.WhenAll(followers.Values.Zip(streams, (follower, stream) => follower.SendAsync(stream, ended.Token)));
            var totals = streams.ToDictionary(stream => stream.Name, stream => stream.Sent, StringComparer.Ordinal);
            channel.Finish(await last(totals, ended.Token));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            channel.Fail(new(ErrorCode.Stopping, "the server is stopping; detached jobs go on", "attach again when the server is back"));
        }
        catch (OperationCanceledException)
        {
            // The watcher has left; the job did not wait for it.
        }
    }

    private OutgoingStream Open(Channel channel, string name, long from)
    {
        var position = new StreamPosition(from, positions?.GetValueOrDefault(name)?.Limit);
        var window = new SendWindow(position with { Limit = position.FirstLimit(request.Window) });
        return channel.AddOutgoing(name, window, new StreamDigest(request.Digest, from), buffer: null, request.Window);
    }
}
