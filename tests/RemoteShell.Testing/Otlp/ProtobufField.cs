using System.Buffers.Binary;
using System.Text;

namespace RemoteShell.Testing.Otlp;

/// <summary>A field of a message of protobuf.</summary>
/// <param name="Number">The field's number.</param>
/// <param name="Value">The value of a varint or a fixed field; else 0.</param>
/// <param name="Bytes">The bytes of a field with a length; else empty.</param>
public sealed record ProtobufField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The value as a text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>The fields of the message that the value is.</summary>
    public IReadOnlyList<ProtobufField> Fields => Read(Bytes);

    /// <summary>The values of all fields with this number in the message that the value is.</summary>
    public IEnumerable<ProtobufField> All(int number) => Fields.Where(field => field.Number == number);

    /// <summary>The first field with this number; null if there is none.</summary>
    public ProtobufField? One(int number) => All(number).FirstOrDefault();

    /// <summary>Reads the fields of a message.</summary>
    public static IReadOnlyList<ProtobufField> Read(ReadOnlyMemory<byte> message)
    {
        var fields = new List<ProtobufField>();
        while (message.Length > 0)
        {
            ulong key = Varint(ref message);
            int number = (int)(key >> 3);
            fields.Add((key & 7) switch
            {
                0 => new(number, Varint(ref message), default),
                1 => new(number, BinaryPrimitives.ReadUInt64LittleEndian(Take(ref message, 8).Span), default),
                2 => new(number, 0, Take(ref message, (int)Varint(ref message))),
                5 => new(number, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref message, 4).Span), default),
                var kind => throw new FormatException($"protobuf has no such kind of field: {kind}"),
            });
        }

        return fields;
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> message, int length)
    {
        ReadOnlyMemory<byte> taken = message[..length];
        message = message[length..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte one = Take(ref message, 1).Span[0];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80)
                return value;
        }
    }
}
