namespace RemoteShell.Broker.Tunnels;

/// <summary>What a message of a tunnel says: its first byte.</summary>
internal enum TunnelKind : byte
{
    /// <summary>Asks a host for a tunnel. Body: the tunnel's id.</summary>
    Open = 1,

    /// <summary>The host has opened the tunnel.</summary>
    Opened = 2,

    /// <summary>The host has not. Body: the reason.</summary>
    Refused = 3,

    /// <summary>Bytes. The number counts the messages <see cref="Data"/> and <see cref="End"/> of the direction from 0.</summary>
    Data = 4,

    /// <summary>The sender sends no more bytes.</summary>
    End = 5,

    /// <summary>The receiver has taken all messages below the number.</summary>
    Taken = 6,

    /// <summary>The sender is there, and the number is that of its next message.</summary>
    Alive = 7,

    /// <summary>The sender has given the tunnel up. Body: the reason.</summary>
    Reset = 8,
}
