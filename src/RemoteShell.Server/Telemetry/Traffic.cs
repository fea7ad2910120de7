using RemoteShell.Protocol.Channels;

namespace RemoteShell.Server.Telemetry;

/// <summary>The bytes of all connections, of those that have ended too. Thread-safe.</summary>
/// <remarks>Each connection counts its own bytes; they are added up only when somebody asks.</remarks>
internal sealed class Traffic
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly HashSet<Connection> _open = [];
    private long _received;
    private long _sent;

    /// <summary>Bytes of frames received since the server started.</summary>
    public long Received => Sum(() => _received, connection => connection.BytesReceived);

    /// <summary>Bytes of frames sent since the server started.</summary>
    public long Sent => Sum(() => _sent, connection => connection.BytesSent);

    /// <summary>Bytes of frames that wait to be written.</summary>
    public long Waiting => Sum(() => 0, connection => connection.BytesWaiting);

    public void Add(Connection connection)
    {
        lock (_gate)
            _open.Add(connection);
    }

    /// <summary>Keeps the bytes of a connection that has ended.</summary>
    public void Remove(Connection connection)
    {
        lock (_gate)
        {
            if (!_open.Remove(connection))
                return;
            _received += connection.BytesReceived;
            _sent += connection.BytesSent;
        }
    }

    private long Sum(Func<long> ended, Func<Connection, long> one)
    {
        lock (_gate)
            return ended() + _open.Sum(one);
    }
}
