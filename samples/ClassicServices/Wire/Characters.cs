using System.Buffers;
using System.Text;

namespace ClassicServices.Wire;

/// <summary>Finds whole characters in a byte stream, which may be cut anywhere, also inside a character.</summary>
public static class Characters
{
    static Characters() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The encoding of most services.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The encoding of <c>reply</c>: one byte for ASCII, two for a Chinese character.</summary>
    public static Encoding Gbk => Encoding.GetEncoding("gbk");

    /// <summary>Returns how many of the bytes belong to whole characters.</summary>
    /// <param name="bytes">They must start at the beginning of a character.</param>
    /// <param name="encoding"><see cref="Utf8"/> or <see cref="Gbk"/>.</param>
    public static int WholeBytes(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        return encoding.CodePage == Utf8.CodePage ? WholeUtf8(bytes) : WholeGbk(bytes);
    }

    // A character has up to four bytes, so at most three can be the beginning of one.
    private static int WholeUtf8(ReadOnlySpan<byte> bytes)
    {
        bool isCut = Rune.DecodeLastFromUtf8(bytes, out _, out int length) == OperationStatus.NeedMoreData;
        return isCut ? bytes.Length - length : bytes.Length;
    }

    // The second byte of a character may look like a first byte: only counting from the beginning tells them apart.
    private static int WholeGbk(ReadOnlySpan<byte> bytes)
    {
        int i = 0;
        while (i < bytes.Length)
        {
            int length = bytes[i] is >= 0x81 and <= 0xFE ? 2 : 1;
            if (i + length > bytes.Length)
                return i;
            i += length;
        }

        return i;
    }
}
