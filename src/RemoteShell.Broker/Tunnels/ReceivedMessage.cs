using NATS.Client.Core;

namespace RemoteShell.Broker.Tunnels;

/// <summary>A message of a tunnel that has arrived. Who takes it disposes its body.</summary>
/// <param name="Kind">What it says; 0 if it is not a message of a tunnel.</param>
/// <param name="Number">The number of a message; see <see cref="TunnelKind"/>.</param>
/// <param name="Body">The bytes, or a text, in a rented buffer.</param>
internal readonly record struct ReceivedMessage(TunnelKind Kind, ulong Number, NatsMemoryOwner<byte> Body) : IDisposable
{
    public void Dispose() => Body.Dispose();
}
