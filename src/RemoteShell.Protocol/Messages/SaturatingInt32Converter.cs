using System.Text.Json;
using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

// Reads an integer of any size. One that does not fit becomes the nearest value that does, so a field whose size is checked later is
// never an error of syntax.
internal sealed class SaturatingInt32Converter : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan.ContainsAny("eE."u8))
            throw new JsonException();
        if (reader.TryGetInt64(out long value))
            return (int)Math.Clamp(value, int.MinValue, int.MaxValue);
        return reader.ValueSpan[0] == (byte)'-' ? int.MinValue : int.MaxValue;
    }

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
