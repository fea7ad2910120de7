namespace ClassicServices.Server.Conversations;

/// <summary>The result of one read from the network.</summary>
/// <param name="Bytes">The bytes; valid until the next read.</param>
internal readonly record struct Received(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The peer has ended its side of the conversation.</summary>
    public static Received End { get; } = new(default) { IsEnd = true };

    /// <summary>Nothing came in time.</summary>
    public static Received Timeout { get; } = new(default) { IsTimeout = true };

    public bool IsEnd { get; private init; }

    public bool IsTimeout { get; private init; }
}
