using System.Text.Json.Serialization;

namespace RemoteShell.Files.Partials;

/// <summary>JSON metadata of the record, generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RecordHead))]
internal sealed partial class RecordJson : JsonSerializerContext;
