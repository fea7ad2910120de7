namespace RemoteShell.Protocol.Messages;

/// <summary>Where a byte stream continues. It lets a request that is repeated after a reconnect continue at the exact byte.</summary>
/// <param name="From">Offset of the first byte to send. All bytes before it are acknowledged.</param>
/// <param name="Limit">The first limit. Absent: the channel's window beyond <paramref name="From"/>.</param>
public sealed record StreamPosition(long From, long? Limit = null)
{
    /// <summary>Returns the first limit: <see cref="Limit"/>, or the window beyond <see cref="From"/>, but at most 2^63-1.</summary>
    /// <param name="window">The channel's window in bytes.</param>
    public long FirstLimit(long window) => Limit ?? (From > long.MaxValue - window ? long.MaxValue : From + window);
}
