namespace RemoteShell.Protocol.Channels;

/// <summary>Asks a silent peer whether it is there, and says when it has been silent for too long.</summary>
internal sealed class Keepalive(ConnectionOptions options, Func<long> received, Action ping, Action<CloseReason> lost)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.KeepaliveInterval);
        long before = 0, heard = Environment.TickCount64;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
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
        catch (OperationCanceledException)
        {
            // The connection has ended before its peer fell silent.
        }
    }
}
