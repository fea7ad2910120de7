using System.Security.Cryptography;
using System.Text;
using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Keys;

/// <summary>A signature as <c>ssh-keygen -Y sign</c> makes it: OpenSSH's <c>PROTOCOL.sshsig</c>.</summary>
/// <remarks>Its namespace keeps a signature for one purpose from being used for another.</remarks>
public sealed class SshSignature
{
    private const uint Version = 1;
    private const string Begin = "-----BEGIN SSH SIGNATURE-----", End = "-----END SSH SIGNATURE-----";
    private const string Sha256 = "sha256", Sha512 = "sha512";
    private const int LineLength = 70;

    // Nearly all of it is the key, or its certificate, and the signature.
    private const int MaxLength = 64 * 1024;

    private readonly byte[] _signature;
    private readonly string _hash;

    private SshSignature(byte[] keyBlob, string purpose, string hash, byte[] signature)
        => (KeyBlob, Namespace, _hash, _signature) = (keyBlob, purpose, hash, signature);

    /// <summary>The key, or its certificate, as OpenSSH encodes it.</summary>
    public ReadOnlyMemory<byte> KeyBlob { get; }

    /// <summary>What the signature is for.</summary>
    public string Namespace { get; }

    private static ReadOnlySpan<byte> Magic => "SSHSIG"u8;

    /// <summary>Reads the bytes of a signature. Nothing is verified.</summary>
    /// <exception cref="FormatException">They are not a signature.</exception>
    public static SshSignature Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength)
            throw new FormatException("the signature is too long");
        if (!bytes.StartsWith(Magic))
            throw new FormatException("this is not an ssh signature");
        var reader = new SshReader(bytes[Magic.Length..]);
        if (reader.ReadUInt32() is not Version and uint other)
            throw new FormatException($"the version {other} of the ssh signature is not supported");
        byte[] key = reader.ReadBytes().ToArray();
        string purpose = reader.ReadText();
        if (purpose.Length == 0)
            throw new FormatException("the ssh signature has no namespace");
        reader.ReadBytes();
        string hash = reader.ReadText();
        if (hash is not (Sha256 or Sha512))
            throw new FormatException($"the ssh signature has another hash than {Sha256} and {Sha512}");
        byte[] signature = reader.ReadBytes().ToArray();
        reader.RequireEnd();
        return new(key, purpose, hash, signature);
    }

    /// <summary>Reads a signature between its two lines of dashes.</summary>
    /// <exception cref="FormatException">It is not a signature.</exception>
    public static SshSignature ParseArmored(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string plain = text.Trim();
        if (!plain.StartsWith(Begin, StringComparison.Ordinal) || !plain.EndsWith(End, StringComparison.Ordinal))
            throw new FormatException("this is not an ssh signature");
        return Parse(Convert.FromBase64String(plain[Begin.Length..^End.Length]));
    }

    /// <summary>Makes the bytes that a key signs for a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="purpose">The namespace.</param>
    public static byte[] SignedData(ReadOnlySpan<byte> message, string purpose)
        => SignedData(SHA512.HashData(message), purpose, Sha512);

    /// <summary>Puts a signature of <see cref="SignedData(ReadOnlySpan{byte}, string)"/> together.</summary>
    /// <param name="keyBlob">The key, or its certificate.</param>
    /// <param name="purpose">The namespace.</param>
    /// <param name="signature">The signature, as ssh encodes it.</param>
    public static SshSignature Make(ReadOnlySpan<byte> keyBlob, string purpose, ReadOnlySpan<byte> signature)
        => new(keyBlob.ToArray(), purpose, Sha512, signature.ToArray());

    /// <summary>The same signature with the certificate of its key: what is signed does not have the key.</summary>
    public SshSignature WithKeyBlob(ReadOnlyMemory<byte> keyBlob) => new(keyBlob.ToArray(), Namespace, _hash, _signature);

    /// <summary>Verifies that a key has signed a message.</summary>
    /// <param name="key">The key: that of <see cref="KeyBlob"/>, or the one that its certificate certifies.</param>
    /// <param name="message">The message.</param>
    /// <param name="purpose">The namespace for which it must be signed.</param>
    /// <returns>Null if it has not, or for another purpose.</returns>
    public SignerPresence? Verify(PublicKey key, ReadOnlySpan<byte> message, string purpose)
    {
        if (Namespace != purpose)
            return null;
        byte[] hash = _hash == Sha256 ? SHA256.HashData(message) : SHA512.HashData(message);
        return KeySignature.Verify(key, SignedData(hash, purpose, _hash), _signature);
    }

    /// <summary>The bytes that <see cref="Parse"/> reads.</summary>
    public byte[] ToBytes() => new SshWriter()
        .Raw(Magic)
        .UInt32(Version)
        .Bytes(KeyBlob.Span)
        .Text(Namespace)
        .Text("")
        .Text(_hash)
        .Bytes(_signature)
        .ToArray();

    /// <summary>The text that <see cref="ParseArmored"/> reads.</summary>
    public override string ToString()
    {
        string base64 = Convert.ToBase64String(ToBytes());
        var text = new StringBuilder(Begin).Append('\n');
        for (int at = 0; at < base64.Length; at += LineLength)
            text.Append(base64, at, Math.Min(LineLength, base64.Length - at)).Append('\n');
        return text.Append(End).Append('\n').ToString();
    }

    private static byte[] SignedData(ReadOnlySpan<byte> hash, string purpose, string algorithm) => new SshWriter()
        .Raw(Magic)
        .Text(purpose)
        .Text("")
        .Text(algorithm)
        .Bytes(hash)
        .ToArray();
}
