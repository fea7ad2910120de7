using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClassicServices.Wire;

/// <summary>The header of <c>exec-json</c>, before the output: <c>{"filename": null, "hash": null, "size": 53}</c>.</summary>
/// <param name="Filename">Always null.</param>
/// <param name="Hash">The output's checksum as RemoteShell's frames write it, <c>crc32c:0123abcd</c>. The original sends null.</param>
/// <param name="Size">The length of the output in bytes.</param>
public sealed record JsonHeader(string? Filename, string? Hash, long Size)
{
    /// <summary>The longest header that a client accepts, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Writes the header as JSON in UTF-8.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, HeaderJson.Default.JsonHeader);

    /// <summary>Reads a header.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a header.</exception>
    public static JsonHeader Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            JsonHeader? header = JsonSerializer.Deserialize(bytes, HeaderJson.Default.JsonHeader);
            return header is { Size: >= 0 } ? header : throw new InvalidDataException("the header has no valid size");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("the header is not a JSON object with filename, hash and size", e);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonHeader))]
internal sealed partial class HeaderJson : JsonSerializerContext;
