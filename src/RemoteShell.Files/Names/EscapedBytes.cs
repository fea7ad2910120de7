using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace RemoteShell.Files.Names;

/// <summary>Converts bytes to text and back without a loss: valid UTF-8 as it is, other bytes as <c>\xNN</c>, a backslash twice.</summary>
/// <remarks>Control characters are valid UTF-8 and stay. Make the text harmless before you show it.</remarks>
public static class EscapedBytes
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Converts bytes to text.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        // Nearly every name.
        if (Utf8.IsValid(bytes) && !bytes.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            bool isValid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int count) == System.Buffers.OperationStatus.Done;
            if (isValid)
                text.Append(rune.Value == '\\' ? @"\\" : rune.ToString());
            for (int i = 0; i < count && !isValid; i++)
                text.Append(CultureInfo.InvariantCulture, $"\\x{bytes[i]:x2}");
            bytes = bytes[count..];
        }

        return text.ToString();
    }

    /// <summary>Converts text to bytes.</summary>
    /// <exception cref="FormatException">The text contains an unknown escape, or half a surrogate pair.</exception>
    public static byte[] ToBytes(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains('\\', StringComparison.Ordinal))
            return Encode(text);
        using var bytes = new MemoryStream(text.Length);
        int at = 0;
        while (at < text.Length)
        {
            int next = text.IndexOf('\\', at);
            int end = next < 0 ? text.Length : next;
            bytes.Write(Encode(text[at..end]));
            at = end;
            if (next >= 0)
                at += Unescape(text.AsSpan(next), bytes);
        }

        return bytes.ToArray();
    }

    private static byte[] Encode(string text)
    {
        try
        {
            return StrictUtf8.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new FormatException("the text contains half a surrogate pair", e);
        }
    }

    // Returns the length of the escape in characters.
    private static int Unescape(ReadOnlySpan<char> text, MemoryStream bytes)
    {
        if (text.Length >= 2 && text[1] == '\\')
        {
            bytes.WriteByte((byte)'\\');
            return 2;
        }

        if (text.Length < 4 || text[1] != 'x'
            || !byte.TryParse(text.Slice(2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
        {
            throw new FormatException("a backslash is not followed by a backslash or by x and two hex digits");
        }

        bytes.WriteByte(value);
        return 4;
    }
}
