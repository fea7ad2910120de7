using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication;

/// <summary>The file of the keys that may not use the server, whatever <see cref="AuthorizedKeys"/> says.</summary>
/// <remarks>A line has a key, which may be of a type that the server does not accept, or a fingerprint. A comment may follow.</remarks>
/// <param name="path">The path of the file.</param>
public sealed class RevokedKeys(string path)
{
    // Bytes of the length before the type.
    private const int TypeStart = 4;

    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>The path of the file.</summary>
    public string Path => path;

    /// <summary>Adds a key to the file.</summary>
    /// <param name="fingerprint">The fingerprint of the key.</param>
    /// <param name="comment">The text behind it; empty for none.</param>
    /// <returns>False if the file has the key already.</returns>
    /// <exception cref="FormatException">The text is not a fingerprint.</exception>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    public bool Add(string fingerprint, string comment)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        if (!PublicKey.IsFingerprint(fingerprint))
            throw new FormatException($"'{fingerprint}' is not a fingerprint, such as SHA256:2Mz…");
        string line = $"{fingerprint} {string.Concat((comment ?? "").Where(c => !char.IsControl(c)))}".TrimEnd();
        return PrivateFile.AppendLine(path, line, () => !File.Exists(path) || !Read((_, _) => { }).Contains(fingerprint));
    }

    /// <summary>Finds what is wrong with the file: it cannot be read, or lines revoke no key.</summary>
    /// <returns>An exception for each fault, with file and line; empty if nothing is wrong.</returns>
    public IReadOnlyList<RemoteShellException> FindFaults()
    {
        try
        {
            List<RemoteShellException> faults = [];
            Read((line, fault) => faults.Add(new($"{path}:{line}: {fault}")));
            return faults;
        }
        catch (PrivateFileException e)
        {
            return [e];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new($"{path} cannot be read: {e.Message}", e)];
        }
    }

    /// <summary>Returns the fingerprints of the keys.</summary>
    /// <param name="unreadable">
    /// Receives the number of each line that is not valid, counted from 1, and what is wrong. Such a line revokes no key.
    /// </param>
    /// <exception cref="PrivateFileException">Others may write the file or its folder.</exception>
    /// <exception cref="IOException">The file does not exist, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    internal IReadOnlySet<string> Read(Action<int, string> unreadable)
    {
        if (!PrivateFile.CheckWriters(path))
            throw new FileNotFoundException($"there is no {path}");
        return Parse(File.ReadAllLines(path), unreadable);
    }

    /// <summary>Returns the fingerprints of the keys in the lines of a file.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="unreadable">As for <see cref="Read"/>.</param>
    internal static IReadOnlySet<string> Parse(string[] lines, Action<int, string> unreadable)
    {
        HashSet<string> revoked = new(StringComparer.Ordinal);
        for (int i = 0; i < lines.Length; i++)
        {
            string[] words = lines[i].Split(Blanks, 3, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
                continue;
            if (FingerprintOf(words) is { } fingerprint)
                revoked.Add(fingerprint);
            else
                unreadable(i + 1, "a line must be TYPE BASE64 [COMMENT], or a fingerprint: SHA256:…");
        }

        return revoked;
    }

    // A key of an unknown type has a fingerprint too. It is in the list for other servers.
    private static string? FingerprintOf(string[] words)
    {
        if (PublicKey.IsFingerprint(words[0].TrimEnd('=')))
            return words[0].TrimEnd('=');
        if (words.Length < 2 || !Base64.IsValid(words[1]))
            return null;
        byte[] blob = Convert.FromBase64String(words[1]);
        return HasType(blob, words[0]) ? $"SHA256:{Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=')}" : null;
    }

    // A blob begins with its type, behind the length of that.
    private static bool HasType(ReadOnlySpan<byte> blob, string type)
        => blob.Length > TypeStart
            && BinaryPrimitives.ReadUInt32BigEndian(blob) == type.Length
            && blob[TypeStart..].StartsWith(Encoding.UTF8.GetBytes(type));
}
