using System.Collections.Concurrent;
using System.Net.Sockets;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Forwarding;

/// <summary>Connections that <c>listen</c> jobs have accepted, until a <c>connect</c> of the same key takes them. Thread-safe.</summary>
internal sealed class AcceptedSockets
{
    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);

    /// <summary>Adds a connection. It is reset if no <c>connect</c> takes it in time.</summary>
    /// <param name="job">The <c>listen</c> job.</param>
    /// <param name="owner">The key of the job.</param>
    /// <param name="socket">The connection, which now belongs to this object.</param>
    /// <param name="time">How long it waits for its client, which may have to connect again first; infinite: for ever.</param>
    /// <param name="left">Called exactly once, when the connection does not wait any more.</param>
    /// <returns>The id by which it is taken.</returns>
    public string Add(string job, PublicKey owner, Socket socket, TimeSpan time, Action left)
    {
        string id = JobId.New();
        _waiting[id] = new(job, owner, socket, left, new(_ => Reset(id), null, time, Timeout.InfiniteTimeSpan));
        return id;
    }

    /// <summary>Takes a connection; the caller disposes it. Null: the key has no such connection that waits.</summary>
    public Socket? Take(string id, PublicKey owner)
    {
        if (!_waiting.TryGetValue(id, out Waiting? found) || !found.Owner.Equals(owner) || !_waiting.TryRemove(id, out _))
            return null;
        found.Leave();
        return found.Socket;
    }

    /// <summary>Resets all connections of a <c>listen</c> job that still wait.</summary>
    public void ResetOf(string job)
    {
        foreach ((string id, Waiting waiting) in _waiting)
        {
            if (waiting.Job == job)
                Reset(id);
        }
    }

    private void Reset(string id)
    {
        if (!_waiting.TryRemove(id, out Waiting? found))
            return;
        found.Leave();
        found.Socket.Close(0);
    }

    private sealed record Waiting(string Job, PublicKey Owner, Socket Socket, Action Left, Timer Timer)
    {
        public void Leave()
        {
            Timer.Dispose();
            Left();
        }
    }
}
