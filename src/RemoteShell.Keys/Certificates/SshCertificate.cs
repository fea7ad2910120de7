using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Keys;

/// <summary>A certificate of OpenSSH: an authority says who a key is (OpenSSH's <c>PROTOCOL.certkeys</c>).</summary>
/// <remarks><see cref="Authority"/> has signed it: nothing makes one without verifying that.</remarks>
public sealed class SshCertificate
{
    private const string Suffix = "-cert-v01@openssh.com";

    // OpenSSH's own bound is 256.
    private const int MaxPrincipals = 256;

    private SshCertificate()
    {
    }

    /// <summary>The key that is certified.</summary>
    public required PublicKey Key { get; init; }

    /// <summary>The authority's key.</summary>
    public required PublicKey Authority { get; init; }

    /// <summary>Who may use it.</summary>
    public required CertificateKind Kind { get; init; }

    /// <summary>The number that the authority gave it; 0 if it gave none.</summary>
    public required ulong Serial { get; init; }

    /// <summary>The name that the authority gave it, for logs.</summary>
    public required string KeyId { get; init; }

    /// <summary>The names of users, or of hosts, for which it holds. Empty: it holds for none.</summary>
    public required IReadOnlyList<string> Principals { get; init; }

    /// <summary>The second of 1970-01-01 UTC from which it is valid.</summary>
    public required ulong ValidAfter { get; init; }

    /// <summary>The second of 1970-01-01 UTC from which it is not valid any more.</summary>
    public required ulong ValidBefore { get; init; }

    /// <summary>What must be obeyed: a certificate with an option that is not known must be refused.</summary>
    public required IReadOnlyDictionary<string, string> CriticalOptions { get; init; }

    /// <summary>What is permitted. Names that are not known are ignored.</summary>
    public required IReadOnlyList<string> Extensions { get; init; }

    /// <summary>The certificate as OpenSSH encodes it.</summary>
    public required ReadOnlyMemory<byte> Blob { get; init; }

    /// <summary>Whether a blob is that of a certificate, and not of a plain key.</summary>
    public static bool IsCertificate(ReadOnlySpan<byte> blob)
    {
        try
        {
            return new SshReader(blob).ReadText().EndsWith(Suffix, StringComparison.Ordinal);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Reads a certificate: <c>TYPE BASE64</c>. A comment may follow.</summary>
    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static SshCertificate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] words = text.Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2)
            throw new FormatException("this is not a certificate");
        return Parse(Convert.FromBase64String(words[1]));
    }

    /// <summary>Reads a certificate, and verifies that the authority in it has signed it. Whether it is trusted is not decided.</summary>
    /// <exception cref="FormatException">It is no certificate, or the signature is wrong.</exception>
    public static SshCertificate Parse(ReadOnlySpan<byte> blob)
    {
        var reader = new SshReader(blob);
        string type = reader.ReadText();
        if (!type.EndsWith(Suffix, StringComparison.Ordinal))
            throw new FormatException("this is not a certificate");
        // The nonce: it keeps the authority from signing what somebody else has chosen.
        reader.ReadBytes();
        PublicKey key = ReadKey(ref reader, PlainTypeOf(type));
        ulong serial = reader.ReadUInt64();
        CertificateKind kind = reader.ReadUInt32() switch
        {
            1 => CertificateKind.User,
            2 => CertificateKind.Host,
            _ => throw new FormatException("the certificate is neither for a user nor for a host"),
        };
        string id = reader.ReadText();
        string[] principals = ReadPrincipals(reader.ReadBytes());
        ulong after = reader.ReadUInt64(), before = reader.ReadUInt64();
        Dictionary<string, string> critical = ReadOptions(reader.ReadBytes());
        Dictionary<string, string> extensions = ReadOptions(reader.ReadBytes());
        reader.ReadBytes();
        var authority = PublicKey.FromBlob(reader.ReadBytes());
        int signed = blob.Length - reader.Remaining;
        ReadOnlySpan<byte> signature = reader.ReadBytes();
        reader.RequireEnd();
        if (KeySignature.Verify(authority, blob[..signed], signature) is null)
            throw new FormatException("the signature of the certificate is wrong");
        return new()
        {
            Key = key,
            Authority = authority,
            Kind = kind,
            Serial = serial,
            KeyId = id,
            Principals = principals,
            ValidAfter = after,
            ValidBefore = before,
            CriticalOptions = critical,
            Extensions = [.. extensions.Keys],
            Blob = blob.ToArray(),
        };
    }

    /// <summary>Whether it is valid at a time.</summary>
    public bool IsValidAt(DateTimeOffset time)
    {
        long seconds = time.ToUnixTimeSeconds();
        return seconds >= 0 && (ulong)seconds >= ValidAfter && (ulong)seconds < ValidBefore;
    }

    // As OpenSSH names them: that of a FIDO key has its suffix once.
    private static string PlainTypeOf(string type)
    {
        string name = type[..^Suffix.Length];
        return name.StartsWith("sk-", StringComparison.Ordinal) ? $"{name}@openssh.com" : name;
    }

    // The fields of the plain key, without its type, stand in the middle of the certificate.
    private static PublicKey ReadKey(ref SshReader reader, string type)
    {
        int fields = type switch
        {
            KeyType.Ed25519 => 1,
            KeyType.EcdsaP256 or KeyType.EcdsaP384 or KeyType.EcdsaP521 or KeyType.Rsa or KeyType.HardwareEd25519 => 2,
            KeyType.HardwareEcdsaP256 => 3,
            _ => throw new FormatException("a certificate of this type is not supported"),
        };
        var blob = new SshWriter().Text(type);
        for (int i = 0; i < fields; i++)
            blob.Bytes(reader.ReadBytes());
        return PublicKey.FromBlob(blob.ToArray());
    }

    private static string[] ReadPrincipals(ReadOnlySpan<byte> bytes)
    {
        var reader = new SshReader(bytes);
        List<string> principals = [];
        while (!reader.IsAtEnd)
        {
            if (principals.Count == MaxPrincipals)
                throw new FormatException($"the certificate has more than {MaxPrincipals} principals");
            principals.Add(reader.ReadText());
        }

        return [.. principals];
    }

    // Pairs, in the order of their names. A value is a string within a string, or empty.
    private static Dictionary<string, string> ReadOptions(ReadOnlySpan<byte> bytes)
    {
        var reader = new SshReader(bytes);
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!reader.IsAtEnd)
        {
            string name = reader.ReadText();
            var value = new SshReader(reader.ReadBytes());
            string text = "";
            if (!value.IsAtEnd)
            {
                text = value.ReadText();
                value.RequireEnd();
            }

            if (!options.TryAdd(name, text))
                throw new FormatException($"the certificate has the option {name} twice");
        }

        return options;
    }
}
