using System.Text.Json.Serialization;

namespace RemoteShell.Fleet.Runs;

/// <summary>The JSON of kept runs, compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(VerdictLine))]
[JsonSerializable(typeof(RunTarget))]
internal sealed partial class RunJson : JsonSerializerContext;
