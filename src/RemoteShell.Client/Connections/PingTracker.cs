using System.Collections.Concurrent;
using System.Diagnostics;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Connections;

/// <summary>The pings of callers that wait for an answer. Keepalive pings belong to the connection and have other numbers.</summary>
internal sealed class PingTracker
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<PongMessage>> _asked = new();

    // In ms since 1970, far from the end of the calendar, so that sums stay within it.
    private const double LatestTime = 100_000_000_000_000;

    // Negative, because the connection numbers its keepalive pings from 0 up.
    private long _last;

    public void Answer(PongMessage pong)
    {
        if (_asked.TryRemove(pong.Id, out TaskCompletionSource<PongMessage>? asked))
            asked.TrySetResult(pong);
    }

    public async Task<RoundTrip> AskAsync(Connection connection, CancellationToken cancellationToken)
    {
        long id = Interlocked.Decrement(ref _last);
        var answered = new TaskCompletionSource<PongMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answered;
        CancellationTokenRegistration ended = connection.Ended
            .UnsafeRegister(_ => answered.TrySetException(new ConnectionException(connection.Reason!)), null);
        await using (ended.ConfigureAwait(false))
        {
            try
            {
                DateTimeOffset asked = DateTimeOffset.UtcNow;
                long start = Stopwatch.GetTimestamp();
                connection.Post(new PingMessage { Id = id });
                PongMessage pong = await answered.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
                TimeSpan time = Stopwatch.GetElapsedTime(start);
                DateTimeOffset? theirs = pong.Time is >= 0 and < LatestTime and double milliseconds
                    ? DateTimeOffset.UnixEpoch.AddTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond))
                    : null;
                return new(time, theirs, theirs - (asked + (time / 2)));
            }
            finally
            {
                _asked.TryRemove(id, out _);
            }
        }
    }
}
