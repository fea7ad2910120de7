using System.Text.Json.Serialization;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>The JSON of what is stored on disk, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JobRecord))]
[JsonSerializable(typeof(JobEnding))]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JobJson : JsonSerializerContext;
