namespace RemoteShell.Protocol.Keys;

/// <summary>The types of public keys that OpenSSH makes and this product accepts, and the form of their blobs.</summary>
public static class KeyType
{
    /// <summary>Ed25519.</summary>
    public const string Ed25519 = "ssh-ed25519";

    /// <summary>ECDSA on the curve P-256. Only such a key can be used in TLS directly.</summary>
    public const string EcdsaP256 = "ecdsa-sha2-nistp256";

    /// <summary>ECDSA on the curve P-384.</summary>
    public const string EcdsaP384 = "ecdsa-sha2-nistp384";

    /// <summary>ECDSA on the curve P-521.</summary>
    public const string EcdsaP521 = "ecdsa-sha2-nistp521";

    /// <summary>RSA of 3072 bits or more.</summary>
    public const string Rsa = "ssh-rsa";

    /// <summary>Ed25519 on a FIDO authenticator.</summary>
    public const string HardwareEd25519 = "sk-ssh-ed25519@openssh.com";

    /// <summary>ECDSA on the curve P-256, on a FIDO authenticator.</summary>
    public const string HardwareEcdsaP256 = "sk-ecdsa-sha2-nistp256@openssh.com";

    // Smaller ones are weak (NIST SP 800-57: 112 bits of security until 2030); a larger one takes seconds to check.
    private const int MinRsaBits = 3072, MaxRsaBits = 16384;

    // Bytes of an exponent. Nearly all keys have 65537.
    private const int MaxExponent = 8;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Ed25519, EcdsaP256, EcdsaP384, EcdsaP521, Rsa, HardwareEd25519, HardwareEcdsaP256];

    /// <summary>Whether the private key is on a FIDO authenticator.</summary>
    public static bool IsHardware(string type) => type is HardwareEd25519 or HardwareEcdsaP256;

    /// <summary>Checks the blob of a key, and returns its type.</summary>
    /// <remarks>Whether a point is on its curve is not checked: such a key verifies no signature.</remarks>
    /// <exception cref="FormatException">It is no key, of an unknown type, or a weak one.</exception>
    public static string Check(ReadOnlySpan<byte> blob)
    {
        var reader = new SshReader(blob);
        string type = reader.ReadText();
        switch (type)
        {
            case Ed25519:
                ReadEd25519(ref reader);
                break;
            case EcdsaP256 or EcdsaP384 or EcdsaP521:
                ReadPoint(ref reader, type["ecdsa-sha2-".Length..]);
                break;
            case Rsa:
                ReadRsa(ref reader);
                break;
            case HardwareEd25519:
                ReadEd25519(ref reader);
                reader.ReadText();
                break;
            case HardwareEcdsaP256:
                ReadPoint(ref reader, "nistp256");
                reader.ReadText();
                break;
            default:
                throw new FormatException($"a key of the type {Shown(type)} is not supported");
        }

        reader.RequireEnd();
        return type;
    }

    // The name comes from a stranger.
    private static string Shown(string type)
        => type.Length <= 64 && type.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '@' or '.') ? type : "of this key";

    private static void ReadEd25519(ref SshReader reader)
    {
        if (reader.ReadBytes().Length != 32)
            throw new FormatException("the key does not have 32 bytes");
    }

    private static void ReadPoint(ref SshReader reader, string curve)
    {
        if (reader.ReadText() != curve)
            throw new FormatException($"the key is not of the curve {curve}");
        int coordinate = curve switch
        {
            "nistp256" => 32,
            "nistp384" => 48,
            _ => 66,
        };
        // 4 marks an uncompressed point, the only form that ssh uses.
        if (reader.ReadBytes() is not [4, ..] point || point.Length != 1 + (2 * coordinate))
            throw new FormatException($"the point does not have the form of {curve}");
    }

    private static void ReadRsa(ref SshReader reader)
    {
        ReadOnlySpan<byte> exponent = reader.ReadInteger();
        ReadOnlySpan<byte> modulus = reader.ReadInteger();
        if (exponent.Length is 0 or > MaxExponent || (exponent[^1] & 1) == 0 || exponent is [1])
            throw new FormatException("the exponent of the RSA key is not valid");
        int bits = modulus.IsEmpty ? 0 : (8 * modulus.Length) - byte.LeadingZeroCount(modulus[0]);
        if (bits < MinRsaBits)
            throw new FormatException($"an RSA key of {bits} bits is too weak; it must have {MinRsaBits} or more");
        if (bits > MaxRsaBits)
            throw new FormatException($"an RSA key of {bits} bits is too large; it must have at most {MaxRsaBits}");
    }
}
