namespace RemoteShell.Broker.Tunnels;

/// <summary>A message of a tunnel that is sent.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Number">The number of a message; see <see cref="TunnelKind"/>.</param>
/// <param name="Body">The bytes, or a text.</param>
internal readonly record struct SentMessage(TunnelKind Kind, ulong Number, ReadOnlyMemory<byte> Body);
