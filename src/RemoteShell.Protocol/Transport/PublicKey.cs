using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Native;

namespace RemoteShell.Protocol.Transport;

/// <summary>A public key. It identifies a client or a server.</summary>
/// <remarks>
/// It is written as OpenSSH writes it, so <c>ssh-keygen -l</c> prints the same fingerprint. The keys of TLS are of the type
/// <see cref="Algorithm"/>; a key of another type stands behind such a key.
/// </remarks>
public sealed class PublicKey : IEquatable<PublicKey>
{
    /// <summary>The first word of the text form of a key of TLS: ECDSA P-256.</summary>
    public const string Algorithm = KeyType.EcdsaP256;

    private const int CoordinateLength = 32;

    // Longer blobs, those of RSA, are not read on the stack. In bytes.
    private const int SmallBlob = 256;

    // RFC 5656 section 3.1: string algorithm, string curve, string point.
    private readonly byte[] _blob;

    // Computed at the first use. Two threads that race write equal values.
    private string? _fingerprint;
    private string? _text;

    private PublicKey(byte[] blob, string type) => (_blob, Type) = (blob, type);

    /// <summary>One of <see cref="KeyType"/>; the first word of its text form.</summary>
    public string Type { get; }

    /// <summary>The key as OpenSSH encodes it: its type, and its numbers.</summary>
    public ReadOnlyMemory<byte> Blob => _blob;

    /// <summary><c>SHA256:</c> and the base64 of the key's hash without padding, as OpenSSH prints it.</summary>
    public string Fingerprint => _fingerprint ??= $"SHA256:{Convert.ToBase64String(SHA256.HashData(_blob)).TrimEnd('=')}";

    /// <summary>Whether the text has the form of a <see cref="Fingerprint"/>.</summary>
    public static bool IsFingerprint(string text) => KeyFingerprint.Is(text);

    /// <summary>Returns the key of a certificate. Null if the key is of another kind.</summary>
    /// <remarks>Nothing else in the certificate is checked.</remarks>
    public static PublicKey? FromCertificate(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        using ECDsa? key = certificate.GetECDsaPublicKey();
        if (key is null || key.KeySize != 8 * CoordinateLength)
            return null;
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        return parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value || parameters.Curve.Oid.FriendlyName == "nistP256"
            ? new(Encode(parameters.Q), Algorithm)
            : null;
    }

    /// <summary>Reads a key of TLS: <c>ecdsa-sha2-nistp256 BASE64</c>. A comment may follow.</summary>
    public static bool TryParse(string text, out PublicKey? key)
    {
        if (TryParseAny(text, out key) && key!.Type == Algorithm)
            return true;
        key = null;
        return false;
    }

    /// <summary>Reads a key of one of the types of <see cref="KeyType"/>: <c>TYPE BASE64</c>. A comment may follow.</summary>
    public static bool TryParseAny(string text, out PublicKey? key)
    {
        try
        {
            key = Parse(text);
            return true;
        }
        catch (FormatException)
        {
            key = null;
            return false;
        }
    }

    /// <inheritdoc cref="TryParseAny"/>
    /// <exception cref="FormatException">It is no key, of an unknown type, or a weak one.</exception>
    public static PublicKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> rest = text.AsSpan(), type = NextWord(ref rest), base64 = NextWord(ref rest);
        if (base64.IsEmpty)
            throw new FormatException("this is not a key");
        Span<byte> blob = base64.Length <= SmallBlob ? stackalloc byte[SmallBlob] : new byte[base64.Length];
        if (!Convert.TryFromBase64Chars(base64, blob, out int length))
            throw new FormatException("this is not a key: its second word is not base64");
        PublicKey key = FromBlob(blob[..length]);
        return type.SequenceEqual(key.Type)
            ? key
            : throw new FormatException($"the key is of another type than its first word says: {key.Type}");
    }

    private static ReadOnlySpan<char> NextWord(ref ReadOnlySpan<char> text)
    {
        text = text.TrimStart(" \t");
        int end = text.IndexOfAny(' ', '\t');
        ReadOnlySpan<char> word = end < 0 ? text : text[..end];
        text = text[word.Length..];
        return word;
    }

    /// <summary>Reads a key as OpenSSH encodes it.</summary>
    /// <exception cref="FormatException">It is no key, of an unknown type, or a weak one.</exception>
    public static PublicKey FromBlob(ReadOnlySpan<byte> blob)
    {
        // The usual key, without the allocations of the reader.
        bool isUsual = blob.Length == Header.Length + (2 * CoordinateLength) && blob.StartsWith(Header);
        return new(blob.ToArray(), isUsual ? Algorithm : KeyType.Check(blob));
    }

    /// <summary>Whether a signature of a SHA-256 hash is this key's.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="signature">ECDSA, as r and s of 32 bytes each, big endian (IEEE P1363).</param>
    /// <returns>False too if the key is of another type than <see cref="Algorithm"/>, or not a point of the curve.</returns>
    internal bool VerifyHash(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (Type != Algorithm)
            return false;
        ReadOnlySpan<byte> point = _blob.AsSpan(Header.Length);
        // The byte before the coordinates marks an uncompressed point.
        if (LibCrypto.VerifyP256(_blob.AsSpan(Header.Length - 1), hash, signature) is { } isValid)
            return isValid;
        try
        {
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new() { X = point[..CoordinateLength].ToArray(), Y = point[CoordinateLength..].ToArray() },
            });
            return key.VerifyHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Returns the key's text form, without a comment.</summary>
    public override string ToString() => _text ??= $"{Type} {Convert.ToBase64String(_blob)}";

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && _blob.AsSpan().SequenceEqual(other._blob);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_blob.AsSpan(_blob.Length - 4));

    private static byte[] Encode(ECPoint point)
    {
        var blob = new byte[Header.Length + (2 * CoordinateLength)];
        Header.CopyTo(blob);
        point.X!.CopyTo(blob, Header.Length);
        point.Y!.CopyTo(blob, Header.Length + CoordinateLength);
        return blob;
    }

    // All bytes before the coordinates are the same in every key. 0x04 marks an uncompressed point.
    private static byte[] Header { get; } =
        [0, 0, 0, 19, .. Encoding.ASCII.GetBytes(Algorithm), 0, 0, 0, 8, .. "nistp256"u8, 0, 0, 0, 65, 4];
}
