using System.Buffers.Binary;
using System.Text;

namespace RemoteShell.Protocol.Keys;

/// <summary>Reads the data types of ssh (RFC 4251 section 5).</summary>
/// <remarks>Each method throws <see cref="FormatException"/> if the bytes are others.</remarks>
/// <param name="bytes">The bytes.</param>
public ref struct SshReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether all bytes are read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>How many bytes are not read yet.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Reads one byte.</summary>
    public byte ReadByte() => Take(1)[0];

    /// <summary>Reads an integer of 32 bits.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>Reads an integer of 64 bits.</summary>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>Reads a <c>string</c>.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        uint length = ReadUInt32();
        return length <= int.MaxValue ? Take((int)length) : throw TooShort();
    }

    /// <summary>Reads a <c>string</c> that is text in UTF-8, without NUL.</summary>
    public string ReadText()
    {
        ReadOnlySpan<byte> text = ReadBytes();
        if (text.Contains((byte)0))
            throw new FormatException("a text has a NUL byte");
        try
        {
            return StrictUtf8.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("a text is not valid UTF-8", e);
        }
    }

    /// <summary>Reads an <c>mpint</c> that is not negative. Returns it big endian, without leading zeros.</summary>
    public ReadOnlySpan<byte> ReadInteger()
    {
        ReadOnlySpan<byte> integer = ReadBytes();
        if (integer.Length > 0 && integer[0] >= 0x80)
            throw new FormatException("a number is negative");
        if (integer is [0] or [0, < 0x80, ..])
            throw new FormatException("a number has leading zeros");
        return integer is [0, ..] ? integer[1..] : integer;
    }

    /// <summary>Checks that all bytes are read.</summary>
    public readonly void RequireEnd()
    {
        if (!IsAtEnd)
            throw new FormatException("more bytes follow than belong to it");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count)
            throw TooShort();
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static FormatException TooShort() => new("the bytes end too early");
}
