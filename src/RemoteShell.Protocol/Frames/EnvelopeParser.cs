using System.Text.Json;

namespace RemoteShell.Protocol.Frames;

// Reads the envelope from a JSON header. MessageCodec and StreamHeader read the fields of the message later.
internal static class EnvelopeParser
{
    private const int MaxTypeLength = 64;

    public static FrameEnvelope Parse(ReadOnlySpan<byte> header, FrameLimits limits)
    {
        try
        {
            return ParseObject(header, limits);
        }
        catch (JsonException e)
        {
            throw new FrameException(ErrorCode.BadHeader, $"the header is not valid JSON (at byte {e.BytePositionInLine})", e);
        }
    }

    private static FrameEnvelope ParseObject(ReadOnlySpan<byte> header, FrameLimits limits)
    {
        if (!JsonText.IsValid(header))
            throw new FrameException(ErrorCode.BadHeader, "the header has text that is not valid UTF-8, or half a surrogate pair");
        var json = new Utf8JsonReader(header);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new FrameException(ErrorCode.BadHeader, "the header is not a JSON object");

        string? type = null;
        uint? channel = null;
        int? size = null;
        Checksum? hash = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
                SetOnce(ref type, ReadType(ref json), "type");
            else if (json.ValueTextEquals("channel"u8))
                SetOnce(ref channel, ReadChannel(ref json), "channel");
            else if (json.ValueTextEquals("size"u8))
                SetOnce(ref size, ReadSize(ref json, limits), "size");
            else if (json.ValueTextEquals("hash"u8))
                SetOnce(ref hash, ReadHash(ref json), "hash");
            else
                json.Skip();
        }

        // Read to the end, so that the JSON reader rejects anything after the object.
        while (json.Read())
        {
        }

        if (size > 0 && hash is null)
            throw new FrameException(ErrorCode.BadHash, "the header announces a body but no hash of it");
        return new(type ?? throw new FrameException(ErrorCode.BadHeader, "the header has no type"), channel ?? 0, size ?? 0, hash);
    }

    // Two readers could take different values for a field that occurs twice. A null is the same as an absent field.
    private static void SetOnce<T>(ref T? field, T? value, string name)
        where T : class
    {
        if (field is not null)
            throw new FrameException(ErrorCode.BadHeader, $"the header has the field '{name}' twice");
        field = value;
    }

    private static void SetOnce<T>(ref T? field, T? value, string name)
        where T : struct
    {
        if (field is not null)
            throw new FrameException(ErrorCode.BadHeader, $"the header has the field '{name}' twice");
        field = value;
    }

    private static string? ReadType(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length is 0 or > MaxTypeLength)
            throw new FrameException(ErrorCode.BadHeader, $"the header's type must be a string of 1 to {MaxTypeLength} bytes");
        return json.ValueIsEscaped ? json.GetString()! : WireNames.Intern(json.ValueSpan);
    }

    private static uint? ReadChannel(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType != JsonTokenType.Number || !json.TryGetUInt32(out uint channel) || channel == 0)
            throw new FrameException(ErrorCode.BadHeader, "the header's channel must be an integer from 1 to 4294967295");
        return channel;
    }

    private static int? ReadSize(ref Utf8JsonReader json, FrameLimits limits)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out long size) || size < 0)
            throw new FrameException(ErrorCode.BadSize, "the header's size must be an integer from 0 up");
        if (size > limits.MaxBody)
            throw new FrameException(ErrorCode.BadSize, $"the body of {size} bytes is over the limit of {limits.MaxBody}");
        return (int)size;
    }

    private static Checksum? ReadHash(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType != JsonTokenType.String || !Checksum.TryParse(json.ValueSpan, out Checksum hash))
            throw new FrameException(ErrorCode.BadHash, "the header's hash must read 'crc32c:' and eight lower-case hex digits");
        return hash;
    }
}
