namespace RemoteShell.Server.Admin;

/// <summary>A connection in a <see cref="ServerStatus"/>.</summary>
public sealed record ConnectionStatus
{
    /// <summary>The number at this server, for <c>rsh-server disconnect</c>.</summary>
    public required long Id { get; init; }

    /// <summary>The comment of the key; empty if there is none.</summary>
    public required string Name { get; init; }

    /// <summary>The fingerprint of the key.</summary>
    public required string Key { get; init; }

    /// <summary>The client's address, or such as <c>tunnel 7</c>.</summary>
    public required string From { get; init; }

    /// <summary>When the connection began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Milliseconds since the connection last sent or received something.</summary>
    public long IdleMs { get; init; }

    /// <summary>Bytes of frames received.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Bytes of frames sent.</summary>
    public long SentBytes { get; init; }

    /// <summary>What the connection does, for people.</summary>
    public required IReadOnlyList<string> Doing { get; init; }
}
