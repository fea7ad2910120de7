namespace RemoteShell.Protocol.Channels;

/// <summary>Asks a silent peer whether it is there, and says when it has been silent for too long.</summary>
internal sealed class Keepalive(ConnectionOptions options, Func<long> received, Action ping, Action<CloseReason> lost)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.KeepaliveInterval);
        // A wait that is cancelled writes a stack trace, which costs a cold client a fifth of its time; one whose timer is gone just ends.
        using CancellationTokenRegistration end = cancellationToken.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        long before = 0, heard = Environment.TickCount64;
        while (await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false))
        {
            // Bytes and not frames: a large frame on a slow path takes its time.
            long now = received();
            if (now != before)
            {
                (before, heard) = (now, Environment.TickCount64);
                continue;
            }

            var silence = TimeSpan.FromMilliseconds(Environment.TickCount64 - heard);
            if (silence >= options.KeepaliveTimeout)
            {
                lost(new(ErrorCode.Silent, $"the connection is lost: the other side has been silent for {silence.TotalSeconds:F0} seconds"));
                return;
            }

            ping();
        }
    }
}
