using System.Buffers.Binary;
using System.Text;

namespace RemoteShell.Protocol.Keys;

/// <summary>Writes the data types of ssh (RFC 4251 section 5) into memory. Each method returns the writer.</summary>
public sealed class SshWriter
{
    private readonly MemoryStream _bytes = new();

    /// <summary>Writes bytes as they are.</summary>
    public SshWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>Writes one byte.</summary>
    public SshWriter Byte(byte value) => Raw([value]);

    /// <summary>Writes an integer of 32 bits.</summary>
    public SshWriter UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Raw(bytes);
    }

    /// <summary>Writes a <c>string</c>.</summary>
    public SshWriter Bytes(ReadOnlySpan<byte> bytes) => UInt32((uint)bytes.Length).Raw(bytes);

    /// <summary>Writes a <c>string</c> of text, in UTF-8.</summary>
    public SshWriter Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    /// <summary>All that was written.</summary>
    public byte[] ToArray() => _bytes.ToArray();
}
