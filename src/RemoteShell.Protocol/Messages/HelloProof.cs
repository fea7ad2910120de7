namespace RemoteShell.Protocol.Messages;

/// <summary>Proves that the holder of a key of ssh stands behind the client's key of TLS, for one server.</summary>
/// <remarks>What is signed stands in docs/protocol.md, section 1.</remarks>
public sealed record HelloProof
{
    // So that the hello is below 16 KiB with it, in base64.
    private const int MaxSignature = 8 * 1024;

    /// <summary>The signature, as <c>PROTOCOL.sshsig</c> of OpenSSH encodes it, with the key or its certificate.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The client's time that was signed, in ms since 1970-01-01 UTC.</summary>
    public required long Time { get; init; }

    internal string? FindFault() => Signature.Length is 0 or > MaxSignature
        ? $"'proof.signature' must have 1 to {MaxSignature} bytes"
        : WireRange.Time("proof.time", Time);
}
