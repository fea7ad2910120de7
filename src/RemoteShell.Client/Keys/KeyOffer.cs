using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Keys;

/// <summary>What a <c>hello</c> says of keys of ssh. One of the three is set.</summary>
internal sealed record KeyOffer
{
    /// <summary>The proof of the key that stands behind this client's own.</summary>
    public HelloProof? Proof { get; init; }

    /// <summary>The fingerprint of that key, of which the server has seen a proof before.</summary>
    public string? Key { get; init; }

    /// <summary>The fingerprints of keys of which the server may ask for one.</summary>
    public IReadOnlyList<string>? Keys { get; init; }
}
