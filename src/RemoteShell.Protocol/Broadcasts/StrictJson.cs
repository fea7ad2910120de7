using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>Reads JSON by the rules for headers of frames, and writes it.</summary>
internal static class StrictJson
{
    /// <exception cref="BroadcastException">The bytes are not one JSON object with these fields.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (!JsonText.IsValid(json))
                throw new BroadcastException("the text is not valid UTF-8, or has half a surrogate pair");
            return JsonSerializer.Deserialize(JsonText.WithoutNulls(json), type) ?? throw new BroadcastException("the value is null");
        }
        catch (JsonException e)
        {
            throw new BroadcastException(MessageCodec.PlainText(e), e);
        }
    }

    public static byte[] Write<T>(T value, JsonTypeInfo<T> type)
    {
        var json = new ArrayBufferWriter<byte>();
        // By default each quote takes six bytes.
        using var writer = new Utf8JsonWriter(json, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        JsonSerializer.Serialize(writer, value, type);
        writer.Flush();
        return json.WrittenSpan.ToArray();
    }
}
