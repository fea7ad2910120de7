namespace RemoteShell.Server;

/// <summary>What may be used at once. Whoever comes over a limit is refused in words, and nobody else notices.</summary>
public sealed record ServerLimits
{
    /// <summary>Connections in all. Default: 4096.</summary>
    public int Connections { get; init; } = 4096;

    /// <summary>Connections from one address. Default: 1024.</summary>
    public int ConnectionsPerAddress { get; init; } = 1024;

    /// <summary>TLS handshakes under way; a client beyond them is closed without a word, since words need a handshake. Default: 128.</summary>
    public int Handshakes { get; init; } = 128;

    /// <summary>Time for a client to shake hands. Default: 10 s.</summary>
    public TimeSpan HandshakeTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Channels of one connection. Default: 256.</summary>
    public int Channels { get; init; } = 256;

    /// <summary>Running jobs of one key. Default: 1024.</summary>
    public int Jobs { get; init; } = 1024;

    /// <summary>Bytes of a frame's JSON header, once the client is authorized. Default: 262144.</summary>
    public int Header { get; init; } = 256 * 1024;

    /// <summary>Bytes of a frame's body, once the client is authorized. Default: 262144.</summary>
    public int Body { get; init; } = 256 * 1024;

    /// <summary>Bytes of each stream that are held in memory for a client that reads slowly. Default: 1 MiB.</summary>
    public int StreamMemory { get; init; } = 1024 * 1024;
}
