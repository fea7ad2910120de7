using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Server.Connections;

/// <summary>Counts the connections of each key against <c>max-connections</c>. Thread-safe.</summary>
internal sealed class KeyConnections
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<PublicKey, int> _counts = [];

    /// <summary>Counts a connection, unless its key has as many as its line permits.</summary>
    /// <returns>Ends the counting when it is disposed; null if the connection is over the limit.</returns>
    public IDisposable? TryEnter(AuthorizedKey key)
    {
        lock (_gate)
        {
            int count = _counts.GetValueOrDefault(key.Key);
            if (count >= key.MaxConnections)
                return null;
            _counts[key.Key] = count + 1;
            return new Place(this, key.Key);
        }
    }

    private void Leave(PublicKey key)
    {
        lock (_gate)
        {
            if (--_counts[key] == 0)
                _counts.Remove(key);
        }
    }

    private sealed class Place(KeyConnections all, PublicKey key) : IDisposable
    {
        public void Dispose() => all.Leave(key);
    }
}
