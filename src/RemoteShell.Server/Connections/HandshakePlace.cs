namespace RemoteShell.Server.Connections;

/// <summary>A place that a handshake has taken. Disposing it gives the place back, once.</summary>
/// <param name="places">Where it was taken.</param>
internal sealed class HandshakePlace(HandshakePlaces places) : IDisposable
{
    private int _isGivenBack;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
            places.Leave();
    }
}
