namespace RemoteShell.Protocol.Channels;

/// <summary>Sends pings to a silent peer, and reports when it was silent for too long.</summary>
internal sealed class Keepalive(ConnectionOptions options, Func<long> received, Action ping, Action<CloseReason> lost)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.KeepaliveInterval);
        // A cancelled wait builds a stack trace, a fifth of a cold client's time. Disposing the timer ends the wait without one.
        using CancellationTokenRegistration end =
            cancellationToken.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        long lastCount = 0, lastHeard = Environment.TickCount64;
        while (await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false))
        {
            // Count bytes, not frames: a large frame takes long on a slow path.
            long count = received();
            if (count != lastCount)
            {
                (lastCount, lastHeard) = (count, Environment.TickCount64);
                continue;
            }

            var silence = TimeSpan.FromMilliseconds(Environment.TickCount64 - lastHeard);
            if (silence >= options.KeepaliveTimeout)
            {
                lost(new(ErrorCode.Silent, $"the connection is lost: the other side was silent for {silence.TotalSeconds:F0} seconds"));
                return;
            }

            ping();
        }
    }
}
