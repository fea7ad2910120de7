namespace RemoteShell.Protocol.Messages;

/// <summary>Where a byte stream continues. It lets a request that is repeated after a reconnect continue at the exact byte.</summary>
/// <param name="From">Offset of the first byte to send. All bytes before it are acknowledged.</param>
/// <param name="Limit">The first limit. Absent: the channel's window beyond <paramref name="From"/>.</param>
public sealed record StreamPosition(long From, long? Limit = null);
