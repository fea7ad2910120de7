using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>JSON metadata of signed requests and results, generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(BroadcastHost))]
[JsonSerializable(typeof(BroadcastRequest))]
[JsonSerializable(typeof(BroadcastResult))]
[JsonSerializable(typeof(SenderFields))]
internal sealed partial class BroadcastJson : JsonSerializerContext;
