namespace RemoteShell.Server;

/// <summary>What clients may use at once. The server refuses a client that exceeds a limit; the others are not affected.</summary>
public sealed record ServerLimits
{
    /// <summary>Connections of all clients together. Default: 4096.</summary>
    public int Connections { get; init; } = 4096;

    /// <summary>Connections from one address, and of one key through tunnels. Default: 1024.</summary>
    /// <remarks>See <see cref="ServerOptions.ListenSockets"/> for tunnels. A tunnel counts once its key is authorized.</remarks>
    public int ConnectionsPerAddress { get; init; } = 1024;

    /// <summary>TLS handshakes at once. Default: 128.</summary>
    /// <remarks>
    /// Four times as many further connections wait for a place, at most for <see cref="HandshakeTime"/> and 10 s. The server closes those
    /// beyond without a message, since a message needs a handshake.
    /// </remarks>
    public int Handshakes { get; init; } = 128;

    /// <summary>How long a handshake and the first message of the client may take. Default: 10 s.</summary>
    public TimeSpan HandshakeTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Channels of one connection. Default: 1024.</summary>
    public int Channels { get; init; } = 1024;

    /// <summary>Running jobs of one key. Default: 1024.</summary>
    public int Jobs { get; init; } = 1024;

    /// <summary>Bytes of a frame's JSON header, once the client is authorized; at least 16384. Default: 262144.</summary>
    public int Header { get; init; } = 256 * 1024;

    /// <summary>Bytes of a frame's body, once the client is authorized; at least 1024. Default: 262144.</summary>
    public int Body { get; init; } = 256 * 1024;

    /// <summary>Bytes of each output stream that are buffered in memory for a slow client. Default: 1 MiB.</summary>
    public int StreamMemory { get; init; } = 1024 * 1024;

    /// <summary>Bytes by which the windows of all streams of a key's jobs together may grow in memory. Default: 256 MiB.</summary>
    /// <remarks>
    /// The bytes of a window that are beyond 1 MiB, and beyond <see cref="StreamMemory"/>, count while they are in use. When all are in
    /// use, windows stay at that size: streams over long paths are slower, and nothing fails. 0: windows do not grow.
    /// </remarks>
    public long WindowMemory { get; init; } = 256L << 20;
}
