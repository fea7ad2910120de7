using System.Buffers.Text;

namespace RemoteShell.Protocol.Frames;

/// <summary>The CRC-32C of a frame's body. The header carries it as <c>crc32c:</c> and 8 lower-case hex digits.</summary>
public readonly record struct Checksum(uint Value)
{
    /// <summary>Length of the text form in bytes.</summary>
    public const int TextLength = 15;

    private static ReadOnlySpan<byte> Prefix => "crc32c:"u8;

    /// <summary>Computes the checksum of these bytes.</summary>
    public static Checksum Of(ReadOnlySpan<byte> body) => new(Crc32C.Compute(body));

    /// <summary>Reads the text form. Returns false for another algorithm, upper-case digits, or another length.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Checksum checksum)
    {
        checksum = default;
        if (text.Length != TextLength || !text.StartsWith(Prefix) || text[Prefix.Length..].ContainsAnyInRange((byte)'A', (byte)'F'))
            return false;
        bool parsed = Utf8Parser.TryParse(text[Prefix.Length..], out uint value, out int used, 'x') && used == TextLength - Prefix.Length;
        checksum = new(value);
        return parsed;
    }

    /// <summary>Writes the text form into at least <see cref="TextLength"/> bytes.</summary>
    public void Format(Span<byte> text)
    {
        Prefix.CopyTo(text);
        Utf8Formatter.TryFormat(Value, text[Prefix.Length..], out _, new('x', 8));
    }

    /// <inheritdoc/>
    public override string ToString() => $"crc32c:{Value:x8}";
}
