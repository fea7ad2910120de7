using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Keys;

/// <summary>Verifies the signatures of ssh (RFC 4253 section 6.6, RFC 5656, RFC 8332, RFC 8709, and OpenSSH's PROTOCOL.u2f).</summary>
public static class KeySignature
{
    // Flags of a FIDO authenticator (WebAuthn section 6.1).
    private const byte UserPresent = 0x01, UserVerified = 0x04;

    /// <summary>Verifies a signature.</summary>
    /// <param name="key">The key.</param>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">The signature, as ssh encodes it: its algorithm, and its bytes.</param>
    /// <returns>Null if it is not a signature of the key over the data, or its algorithm is weak (SHA-1).</returns>
    public static SignerPresence? Verify(PublicKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        ArgumentNullException.ThrowIfNull(key);
        try
        {
            return TryVerify(key, data, signature);
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static SignerPresence? TryVerify(PublicKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var reader = new SshReader(signature);
        string algorithm = reader.ReadText();
        ReadOnlySpan<byte> bytes = reader.ReadBytes();
        if (KeyType.IsHardware(key.Type))
            return algorithm == key.Type ? VerifyHardware(key, data, bytes, reader) : null;
        reader.RequireEnd();
        bool isRight = key.Type switch
        {
            KeyType.Rsa => VerifyRsa(key, algorithm, data, bytes),
            KeyType.Ed25519 => algorithm == key.Type && VerifyEd25519(key, data, bytes),
            _ => algorithm == key.Type && VerifyEcdsa(key, data, bytes),
        };
        return isRight ? new(IsTouched: true, IsVerified: false) : null;
    }

    private static SignerPresence? VerifyHardware(PublicKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> bytes, SshReader reader)
    {
        byte flags = reader.ReadByte();
        uint counter = reader.ReadUInt32();
        reader.RequireEnd();
        // What the authenticator signs.
        byte[] signed = new SshWriter()
            .Raw(SHA256.HashData(ApplicationOf(key)))
            .Byte(flags)
            .UInt32(counter)
            .Raw(SHA256.HashData(data))
            .ToArray();
        bool isRight = key.Type == KeyType.HardwareEd25519 ? VerifyEd25519(key, signed, bytes) : VerifyEcdsa(key, signed, bytes);
        return isRight ? new((flags & UserPresent) != 0, (flags & UserVerified) != 0) : null;
    }

    private static bool VerifyEd25519(PublicKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Ed25519.SignatureSize)
            return false;
        var reader = new SshReader(key.Blob.Span);
        reader.ReadText();
        byte[] point = reader.ReadBytes().ToArray();
        byte[] message = data.ToArray();
        return Ed25519.Verify(signature.ToArray(), 0, point, 0, message, 0, message.Length);
    }

    private static bool VerifyEcdsa(PublicKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        (ECCurve curve, HashAlgorithmName hash, int size) = CurveOf(key.Type);
        var reader = new SshReader(key.Blob.Span);
        reader.ReadText();
        reader.ReadText();
        ReadOnlySpan<byte> point = reader.ReadBytes()[1..];
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = curve,
            Q = new() { X = point[..size].ToArray(), Y = point[size..].ToArray() },
        });
        var numbers = new SshReader(signature);
        var fixedSize = new byte[2 * size];
        CopyNumber(numbers.ReadInteger(), fixedSize.AsSpan(0, size));
        CopyNumber(numbers.ReadInteger(), fixedSize.AsSpan(size));
        numbers.RequireEnd();
        return ecdsa.VerifyData(data, fixedSize, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static bool VerifyRsa(PublicKey key, string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        HashAlgorithmName? hash = algorithm switch
        {
            "rsa-sha2-256" => HashAlgorithmName.SHA256,
            "rsa-sha2-512" => HashAlgorithmName.SHA512,
            _ => null,
        };
        if (hash is null)
            return false;
        var reader = new SshReader(key.Blob.Span);
        reader.ReadText();
        byte[] exponent = reader.ReadInteger().ToArray();
        byte[] modulus = reader.ReadInteger().ToArray();
        using var rsa = RSA.Create(new RSAParameters { Exponent = exponent, Modulus = modulus });
        if (signature.Length > modulus.Length)
            return false;
        // Some programs leave out leading zeros.
        var padded = new byte[modulus.Length];
        CopyNumber(signature, padded);
        return rsa.VerifyData(data, padded, hash.Value, RSASignaturePadding.Pkcs1);
    }

    private static ReadOnlySpan<byte> ApplicationOf(PublicKey key)
    {
        var reader = new SshReader(key.Blob.Span);
        reader.ReadText();
        if (key.Type == KeyType.HardwareEcdsaP256)
            reader.ReadText();
        reader.ReadBytes();
        return reader.ReadBytes();
    }

    private static (ECCurve Curve, HashAlgorithmName Hash, int Size) CurveOf(string type) => type switch
    {
        KeyType.EcdsaP384 => (ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384, 48),
        KeyType.EcdsaP521 => (ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512, 66),
        _ => (ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256, 32),
    };

    private static void CopyNumber(ReadOnlySpan<byte> number, Span<byte> target)
    {
        if (number.Length > target.Length)
            throw new FormatException("a number of the signature is too large");
        number.CopyTo(target[(target.Length - number.Length)..]);
    }
}
