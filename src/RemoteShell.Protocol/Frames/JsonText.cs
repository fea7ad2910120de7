using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace RemoteShell.Protocol.Frames;

// The rules of the protocol for JSON that go beyond RFC 8259: text is valid Unicode, and null is the same as an absent field.
internal static class JsonText
{
    // The values of these fields are maps: their keys are names, not fields, so a null there is not an absent field.
    private static readonly string[] Maps = ["env", "streams", "begins", "bytes"];

    /// <summary>Whether all text is valid: UTF-8, and no escape of half a surrogate pair.</summary>
    /// <param name="json">Valid JSON. The JSON reader checks only the text that is asked for, so it does not suffice.</param>
    public static bool IsValid(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return false;
        // A backslash occurs only inside a string, and the character after it is not the start of an escape.
        int at = Next(json, 0);
        while (at >= 0)
        {
            if (!TryReadUnit(json, at, out char unit))
            {
                at = Next(json, at + 2);
                continue;
            }

            bool isPair = char.IsHighSurrogate(unit) && TryReadUnit(json, at + 6, out char low) && char.IsLowSurrogate(low);
            if (char.IsSurrogate(unit) && !isPair)
                return false;
            at = Next(json, at + (isPair ? 12 : 6));
        }

        return true;
    }

    /// <summary>Returns the JSON without the fields that are null. Returns the same bytes if there are none.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static ReadOnlySpan<byte> WithoutNulls(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("null"u8) < 0 || !HasNull(json))
            return json;
        using var copy = new MemoryStream(json.Length);
        using (var writer = new Utf8JsonWriter(copy))
            Copy(json, writer);
        return copy.GetBuffer().AsSpan(0, (int)copy.Length);
    }

    private static int Next(ReadOnlySpan<byte> json, int from)
    {
        int next = from >= json.Length ? -1 : json[from..].IndexOf((byte)'\\');
        return next < 0 ? -1 : from + next;
    }

    // Reads the UTF-16 code unit of an escape such as \u00e4.
    private static bool TryReadUnit(ReadOnlySpan<byte> json, int at, out char unit)
    {
        unit = default;
        if (json.Length - at < 6 || json[at] != '\\' || json[at + 1] != 'u')
            return false;
        bool isHex = ushort.TryParse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value);
        unit = (char)value;
        return isHex;
    }

    private static bool HasNull(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Null)
                return true;
        }

        return false;
    }

    private static void Copy(ReadOnlySpan<byte> json, Utf8JsonWriter writer)
    {
        var reader = new Utf8JsonReader(json);
        // The depth of the map whose direct content is being copied, or -1.
        int map = -1;
        string? name = null;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = reader.GetString();
                continue;
            }

            if (reader.TokenType is JsonTokenType.EndObject && reader.CurrentDepth == map)
                map = -1;
            bool isKept = name is null || reader.TokenType != JsonTokenType.Null || reader.CurrentDepth == map + 1;
            if (name is not null && isKept)
                writer.WritePropertyName(name);
            if (isKept)
                CopyValue(ref reader, writer);
            // A map is a field of the message itself, so its object begins at depth 1.
            if (reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth == 1 && Maps.Contains(name))
                map = 1;
            name = null;
        }
    }

    private static void CopyValue(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(reader.GetString());
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }
}
