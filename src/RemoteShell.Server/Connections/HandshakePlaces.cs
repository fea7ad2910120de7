using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Connections;

/// <summary>The places for TLS handshakes, and a bounded queue of connections that wait for one. Thread-safe.</summary>
/// <remarks>
/// A free place goes to the networks in turn, and within a network to the connection that came first. If the queue is full, the network
/// that has the most waiting connections loses its last one. So a flood from one network neither displaces the clients of the others
/// nor makes them wait for all of its own connections.
/// </remarks>
/// <param name="count">Returns how many handshakes may be under way at once. Called for each connection.</param>
/// <param name="longestWait">Returns how long a connection may wait for a place. Called for each connection that waits.</param>
internal sealed class HandshakePlaces(Func<int> count, Func<TimeSpan> longestWait)
{
    /// <summary>Connections that may wait, for each place.</summary>
    public const int WaitingPerPlace = 4;

    private readonly Lock _gate = new();

    // Guarded by _gate. Each network that has a waiting connection is once in _turns. A task gives true with a place, and false without.
    private readonly Dictionary<PeerNetwork, LinkedList<TaskCompletionSource<bool>>> _networks = [];
    private readonly LinkedList<PeerNetwork> _turns = new();
    private int _taken;
    private int _waiting;

    /// <summary>The number of connections that wait for a place.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting;
        }
    }

    /// <summary>Takes a place, unless there is none.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_taken >= count())
                return false;
            _taken++;
            return true;
        }
    }

    /// <summary>Takes a place, and waits for one if there is none.</summary>
    /// <returns>False if the queue is full, no place became free in time, or the server stops.</returns>
    public async Task<bool> EnterAsync(Peer peer, CancellationToken stopping)
    {
        PeerNetwork network = peer.Network;
        var place = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (TryEnter())
                return true;
            if (!TryMakeRoom(network))
                return false;
            Add(network, place);
        }

        await ((Task)place.Task).WaitAsync(longestWait(), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (!place.Task.IsCompleted)
            {
                Remove(network, place);
                return false;
            }
        }

        return await place.Task;
    }

    /// <summary>Gives a place back. The next connections that wait get the free places: several, if their number has grown.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _taken--;
            while (_waiting > 0 && TryEnter())
                AdmitNext();
        }
    }

    // Called under _gate, for a connection that has a place now.
    private void AdmitNext()
    {
        PeerNetwork network = _turns.First!.Value;
        TaskCompletionSource<bool> next = _networks[network].First!.Value;
        Remove(network, next);
        next.SetResult(true);
        if (_networks.ContainsKey(network))
        {
            _turns.RemoveFirst();
            _turns.AddLast(network);
        }
    }

    // Called under _gate.
    private bool TryMakeRoom(PeerNetwork network)
    {
        if (_waiting < (long)WaitingPerPlace * count())
            return true;
        (PeerNetwork largest, LinkedList<TaskCompletionSource<bool>> most) = _networks.MaxBy(entry => entry.Value.Count);
        int own = _networks.TryGetValue(network, out LinkedList<TaskCompletionSource<bool>>? here) ? here.Count : 0;
        if (most.Count <= own + 1)
            return false;
        TaskCompletionSource<bool> last = most.Last!.Value;
        Remove(largest, last);
        last.SetResult(false);
        return true;
    }

    // Called under _gate.
    private void Add(PeerNetwork network, TaskCompletionSource<bool> place)
    {
        if (!_networks.TryGetValue(network, out LinkedList<TaskCompletionSource<bool>>? waiting))
        {
            waiting = new();
            _networks[network] = waiting;
            _turns.AddLast(network);
        }

        waiting.AddLast(place);
        _waiting++;
    }

    // Called under _gate.
    private void Remove(PeerNetwork network, TaskCompletionSource<bool> place)
    {
        LinkedList<TaskCompletionSource<bool>> waiting = _networks[network];
        waiting.Remove(place);
        _waiting--;
        if (waiting.Count > 0)
            return;
        _networks.Remove(network);
        _turns.Remove(network);
    }
}
