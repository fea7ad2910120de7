using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Recordings;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AsciicastHeader))]
internal sealed partial class AsciicastJson : JsonSerializerContext;
