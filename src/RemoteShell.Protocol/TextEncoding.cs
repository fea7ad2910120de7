using System.Text;

namespace RemoteShell.Protocol;

/// <summary>Finds text encodings by name, including the old code pages.</summary>
public static class TextEncoding
{
    // All ASCII characters that a shell script, a path or a variable name consists of.
    private const string Ascii = "\t\n !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

    /// <summary>Returns the encoding with this name.</summary>
    /// <param name="name">The IANA name.</param>
    /// <param name="encoding">What to do with characters that the encoding does not have.</param>
    /// <param name="decoding">What to do with bytes that are not valid.</param>
    /// <exception cref="FormatException">The name is not known.</exception>
    public static Encoding Get(string name, EncoderFallback encoding, DecoderFallback decoding)
    {
        // Registering the provider twice has no effect.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        try
        {
            return Encoding.GetEncoding(name, encoding, decoding);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException(
                $"there is no encoding '{name}'; common ones are gbk, gb18030, big5, shift_jis, euc-kr, windows-1252 and utf-8", e);
        }
    }

    /// <summary>Returns the encoding with this name. It throws on anything that it cannot encode or decode.</summary>
    /// <exception cref="FormatException">The name is not known.</exception>
    public static Encoding GetStrict(string name) => Get(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    /// <summary>Whether the encoding writes ASCII characters as their ASCII bytes. A command line needs that.</summary>
    public static bool IsAsciiCompatible(Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        return encoding.GetBytes(Ascii).AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(Ascii));
    }
}
