using System.Collections.Concurrent;
using System.Diagnostics;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Presence;

/// <summary>A connection as the others see it: its client, its start, and its requests.</summary>
/// <param name="client">The client's key.</param>
/// <param name="ends">The ends of the connection.</param>
internal sealed class ConnectionInfo(AuthorizedKey client, ConnectionEnds ends)
{
    // Characters: longer than usual names, and short enough for a line with several names.
    private const int MaxNameLength = 64;

    // Characters: "SHA256:" and the first eight of the digest.
    private const int ShortFingerprintLength = 15;

    // Small: most connections have few channels at once, and idle ones none.
    private readonly ConcurrentDictionary<Channel, Activity> _activities = new(concurrencyLevel: 1, capacity: 1);
    private Connection? _connection;

    /// <summary>The connection's number at this server.</summary>
    public long Id => ends.Client.Connection;

    public AuthorizedKey Client => client;

    /// <summary>The ends of the connection.</summary>
    public ConnectionEnds Ends => ends;

    /// <summary>Who is at the other end.</summary>
    public Peer Peer => ends.Client;

    /// <summary>The name that the others see: the comment of the key, or the start of its fingerprint.</summary>
    public string Name { get; } = client.Comment.Length > 0
        ? client.Comment[..Math.Min(client.Comment.Length, MaxNameLength)]
        : client.Key.Fingerprint[..ShortFingerprintLength];

    public DateTimeOffset Since { get; } = DateTimeOffset.UtcNow;

    /// <summary><see cref="Stopwatch.GetTimestamp"/> at the start.</summary>
    public long Started { get; } = Stopwatch.GetTimestamp();

    /// <summary>Milliseconds since the connection last sent or received something.</summary>
    public long IdleMilliseconds
    {
        get
        {
            if (Volatile.Read(ref _connection) is not { } connection)
                return 0;
            return Math.Max(0, Environment.TickCount64 - Math.Max(connection.LastHeard, connection.LastSent));
        }
    }

    /// <summary>Bytes of frames received.</summary>
    public long ReceivedBytes => Volatile.Read(ref _connection)?.BytesReceived ?? 0;

    /// <summary>Bytes of frames sent.</summary>
    public long SentBytes => Volatile.Read(ref _connection)?.BytesSent ?? 0;

    /// <summary>What the connection does, for people.</summary>
    public IEnumerable<string> Doing => _activities.Values.Select(activity => activity.Text);

    /// <summary>Whether one of the requests may be silent for long.</summary>
    public bool IsWaiting => _activities.Values.Any(activity => activity.IsWaiting);

    /// <summary>Sets the connection itself, once it exists.</summary>
    public void Attach(Connection connection) => Volatile.Write(ref _connection, connection);

    /// <summary>Shows the client a text.</summary>
    public void Notify(string text) => Volatile.Read(ref _connection)?.Post(new NoticeMessage { Text = text });

    public void Begin(Channel channel, Activity activity) => _activities[channel] = activity;

    public void End(Channel channel) => _activities.TryRemove(channel, out _);
}
