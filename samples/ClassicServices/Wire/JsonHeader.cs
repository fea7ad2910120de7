using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClassicServices.Wire;

/// <summary>What stands in front of the output of <c>exec-json</c>: <c>{"filename": null, "hash": null, "size": 53}</c>.</summary>
/// <param name="Filename">Always null.</param>
/// <param name="Hash">The output's, as in the product's frames: <c>crc32c:</c> and eight hex digits. The original leaves it null.</param>
/// <param name="Size">Bytes of output that follow.</param>
public sealed record JsonHeader(string? Filename, string? Hash, long Size)
{
    /// <summary>The most bytes that a client reads for one.</summary>
    public const int Longest = 64 * 1024;

    /// <summary>As JSON in UTF-8.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, HeaderJson.Default.JsonHeader);

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static JsonHeader Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, HeaderJson.Default.JsonHeader) is { Size: >= 0 } header ? header : throw new InvalidDataException("the header tells no size");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("the header is no JSON object with filename, hash and size", e);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonHeader))]
internal sealed partial class HeaderJson : JsonSerializerContext;
