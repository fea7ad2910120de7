namespace RemoteShell.Protocol.Messages;

/// <summary>Where a byte stream goes on: in <c>open</c> by its name, so that after a cut it continues at the exact byte.</summary>
/// <param name="From">The offset of the first byte to be sent. Everything before it is acknowledged.</param>
/// <param name="Limit">How far may be sent before a <c>window</c> says more; absent: the channel's window beyond <paramref name="From"/>.</param>
public sealed record StreamPosition(long From, long? Limit = null);
