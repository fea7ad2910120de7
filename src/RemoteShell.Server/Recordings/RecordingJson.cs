using System.Text.Encodings.Web;
using System.Text.Json.Serialization;

namespace RemoteShell.Server.Recordings;

/// <summary>The JSON of listed recordings, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ListedRecording))]
internal sealed partial class RecordingJson : JsonSerializerContext
{
    /// <summary>The same, without escapes for characters that are not ASCII.</summary>
    public static RecordingJson Readable => new(new(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
