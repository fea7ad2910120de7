using System.Globalization;

namespace RemoteShell.Server.Audit;

/// <summary>The end of an audit journal at one moment. Kept elsewhere, it shows later whether the end was cut off.</summary>
/// <param name="Number">The number of the last line.</param>
/// <param name="Digest">The SHA-256 of the last line, as 64 hex digits.</param>
public sealed record AuditHead(long Number, string Digest)
{
    private const int DigestLength = 64;

    /// <summary>Reads <c>NUMBER:DIGEST</c>.</summary>
    /// <exception cref="FormatException">The text is not a head.</exception>
    public static AuditHead Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Trim().Split(':');
        if (parts is [var number, { Length: DigestLength } digest]
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed)
            && digest.All(char.IsAsciiHexDigit))
        {
            return new(parsed, digest.ToLowerInvariant());
        }

        throw new FormatException($"'{text}' is not a head, such as 'rsh-server audit head' prints");
    }

    /// <summary><c>NUMBER:DIGEST</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}:{Digest}");
}
