using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Server.Broadcasts;

/// <summary>A signed request of an authorized key.</summary>
/// <param name="Request">What it asks for.</param>
/// <param name="Text">The signed bytes.</param>
/// <param name="Host">How this host is called.</param>
/// <param name="Client">The key that has signed it, with its options.</param>
internal sealed record ReceivedBroadcast(BroadcastRequest Request, SignedText Text, BroadcastHost Host, AuthorizedKey Client);
