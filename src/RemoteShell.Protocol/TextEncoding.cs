using System.Text;

namespace RemoteShell.Protocol;

/// <summary>Encodings by name, those of old code pages included.</summary>
public static class TextEncoding
{
    // All that a shell's script, a path or a variable's name is made of.
    private const string Ascii = "\t\n !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

    /// <summary>The encoding of that name; what cannot be encoded or decoded is left to the fallbacks.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static Encoding Get(string name, EncoderFallback encoding, DecoderFallback decoding)
    {
        // Registering it again changes nothing.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        try
        {
            return Encoding.GetEncoding(name, encoding, decoding);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"there is no encoding '{name}'; common ones are gbk, gb18030, big5, shift_jis, euc-kr, windows-1252 and utf-8", e);
        }
    }

    /// <summary>The encoding of that name, for text that must arrive as it is.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static Encoding GetStrict(string name) => Get(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    /// <summary>Whether ASCII is written in it as in ASCII, as a command line needs it.</summary>
    public static bool HasAscii(Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        return encoding.GetBytes(Ascii).AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(Ascii));
    }
}
