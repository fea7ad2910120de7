using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Keys;

/// <summary>Which key of ssh stands behind this client's own.</summary>
/// <param name="Fingerprint">Its fingerprint.</param>
/// <param name="Proof">The proof; null: the server has seen one before.</param>
internal sealed record KeyOffer(string Fingerprint, HelloProof? Proof);
