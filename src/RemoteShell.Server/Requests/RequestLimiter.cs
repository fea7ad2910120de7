using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Requests;

/// <summary>Limits the requests of one key that have not ended, over all of its connections. Thread-safe.</summary>
/// <remarks>A request takes the memory of its text, and up to 256 KiB for each stream, until its handler has ended.</remarks>
/// <param name="maxRequests">Returns how many requests a key may have at once. Called for each request.</param>
internal sealed class RequestLimiter(Func<int> maxRequests)
{
    /// <summary>Bytes of the headers of a key's requests at once. As objects they take up to 20 times as much.</summary>
    public const long MaxBytes = 16L << 20;

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<PublicKey, (int Requests, long Bytes)> _open = [];

    /// <summary>Counts a request, unless the key would exceed a limit.</summary>
    /// <param name="key">The client's key.</param>
    /// <param name="bytes">Bytes of the request's header.</param>
    /// <returns>The limit that would be exceeded, for people; null if the request is counted.</returns>
    public string? Begin(PublicKey key, int bytes)
    {
        lock (_gate)
        {
            (int requests, long taken) = _open.GetValueOrDefault(key);
            if (requests >= maxRequests())
                return $"this key already has {requests} requests that have not ended";
            if (taken + bytes > MaxBytes)
                return $"the requests of this key that have not ended take more than {MaxBytes >> 20} MiB";
            _open[key] = (requests + 1, taken + bytes);
            return null;
        }
    }

    /// <summary>Ends the counting of a request.</summary>
    public void End(PublicKey key, int bytes)
    {
        lock (_gate)
        {
            (int requests, long taken) = _open[key];
            if (requests == 1)
                _open.Remove(key);
            else
                _open[key] = (requests - 1, taken - bytes);
        }
    }
}
