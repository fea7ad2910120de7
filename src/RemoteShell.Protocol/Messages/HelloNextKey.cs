namespace RemoteShell.Protocol.Messages;

/// <summary>The key that a server will have instead of its present one, and the proof that it has it.</summary>
/// <remarks>What is signed stands in docs/protocol.md, section 1.</remarks>
public sealed record HelloNextKey
{
    // So that a receiver of this version can ignore other types of keys.
    private const int MaxKey = 1024, MaxSignature = 1024;

    /// <summary>The text of the public key.</summary>
    public required string Key { get; init; }

    /// <summary>The signature by that key: of ECDSA P-256, r and s of 32 bytes each.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    internal string? FindFault() => WireRange.Length("nextKey.key", Key, 1, MaxKey)
        ?? (Signature.Length is 0 or > MaxSignature ? $"'nextKey.signature' must have 1 to {MaxSignature} bytes" : null);
}
