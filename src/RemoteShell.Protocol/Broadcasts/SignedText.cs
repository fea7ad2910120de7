using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>A payload and its signature, as they are sent.</summary>
/// <remarks>The signature is over the payload's bytes. A payload that is encoded again has other bytes.</remarks>
public sealed class SignedText
{
    private const int SignatureLength = 64;

    private readonly SignedKind _kind;
    private readonly byte[] _payload;
    private readonly byte[] _signature;

    private SignedText(SignedKind kind, byte[] payload, byte[] signature) => (_kind, _payload, _signature) = (kind, payload, signature);

    /// <summary>The first bytes of a signed text.</summary>
    public static ReadOnlySpan<byte> Magic => "RSHS"u8;

    /// <summary>The payload: JSON.</summary>
    public ReadOnlyMemory<byte> Payload => _payload;

    /// <summary>The SHA-256 of the payload, as lower-case hex digits.</summary>
    public string PayloadHash => field ??= Convert.ToHexStringLower(SHA256.HashData(_payload));

    /// <summary>Signs a payload.</summary>
    /// <exception cref="BroadcastException">The payload is too long.</exception>
    public static SignedText Sign(ReadOnlySpan<byte> payload, SignedKind kind, Identity identity)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(identity);
        if (payload.Length > kind.MaxPayload)
            throw PieceReader.TooLong(payload.Length, kind.MaxPayload);
        return new(kind, payload.ToArray(), identity.SignHash(HashOf(kind, payload)));
    }

    /// <summary>Reads a signed text. Its signature is not checked.</summary>
    /// <exception cref="BroadcastException">The bytes are not a signed text of this kind.</exception>
    public static SignedText Parse(ReadOnlySpan<byte> bytes, SignedKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (bytes.Length < PieceReader.HeaderLength)
            throw PieceReader.Truncated();
        int length = PieceReader.LengthOf(bytes, Magic, kind.MaxPayload);
        if (bytes.Length != PieceReader.HeaderLength + length + SignatureLength)
            throw PieceReader.Truncated();
        ReadOnlySpan<byte> rest = bytes[PieceReader.HeaderLength..];
        return new(kind, rest[..length].ToArray(), rest[length..].ToArray());
    }

    /// <summary>Reads a signed text from a stream. Its signature is not checked. Nothing after it is read.</summary>
    /// <exception cref="BroadcastException">The bytes are not a signed text of this kind, or the stream ends too early.</exception>
    public static async Task<SignedText> ReadAsync(Stream stream, SignedKind kind, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(kind);
        int length = await PieceReader.ReadLengthAsync(stream, Magic.ToArray(), kind.MaxPayload, cancellationToken).ConfigureAwait(false);
        byte[] payload = await PieceReader.ReadAsync(stream, length, cancellationToken).ConfigureAwait(false);
        byte[] signature = await PieceReader.ReadAsync(stream, SignatureLength, cancellationToken).ConfigureAwait(false);
        return new(kind, payload, signature);
    }

    /// <summary>Whether the signature is this key's, over this payload.</summary>
    public bool IsSignedBy(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.VerifyHash(HashOf(_kind, _payload), _signature);
    }

    /// <summary>The bytes that <see cref="Parse"/> reads.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[PieceReader.HeaderLength + _payload.Length + SignatureLength];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Magic.Length), _payload.Length);
        _payload.CopyTo(bytes, PieceReader.HeaderLength);
        _signature.CopyTo(bytes, PieceReader.HeaderLength + _payload.Length);
        return bytes;
    }

    // The NUL byte keeps one context from being the beginning of another.
    private static byte[] HashOf(SignedKind kind, ReadOnlySpan<byte> payload)
    {
        int start = kind.Context.Length + 1, length = start + payload.Length;
        byte[] text = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Encoding.ASCII.GetBytes(kind.Context, text);
            text[start - 1] = 0;
            payload.CopyTo(text.AsSpan(start));
            return SHA256.HashData(text.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }
}
