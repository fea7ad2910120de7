using System.Text;

namespace ClassicServices.Wire;

/// <summary>Characters on a byte stream, which may be cut anywhere: also in the middle of one.</summary>
public static class Characters
{
    static Characters() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>What most services speak.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>What <c>reply</c> speaks: one byte for ASCII, two for a Chinese character.</summary>
    public static Encoding Gbk => Encoding.GetEncoding("gbk");

    /// <summary>How many of the bytes, which begin with a whole character, belong to whole characters.</summary>
    public static int WholeBytes(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        return encoding.CodePage == Utf8.CodePage ? WholeUtf8(bytes) : WholeGbk(bytes);
    }

    // A character takes up to four bytes, so that at most three can be the beginning of one.
    private static int WholeUtf8(ReadOnlySpan<byte> bytes)
        => Rune.DecodeLastFromUtf8(bytes, out _, out int length) == System.Buffers.OperationStatus.NeedMoreData ? bytes.Length - length : bytes.Length;

    // The second byte of a character may look like a first one: only counting from the beginning tells them apart.
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
