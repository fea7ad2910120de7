using System.Text.Json.Serialization;

namespace RemoteShell.Files.Transfers.Records;

/// <summary>Reads and writes records without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TransferRecord))]
internal sealed partial class TransferJson : JsonSerializerContext;
