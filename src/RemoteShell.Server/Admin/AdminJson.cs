using System.Text.Encodings.Web;
using System.Text.Json.Serialization;

namespace RemoteShell.Server.Admin;

/// <summary>The JSON of the admin socket, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdminRequest))]
[JsonSerializable(typeof(AdminReply))]
[JsonSerializable(typeof(ServerStatus))]
[JsonSerializable(typeof(ListedJob))]
[JsonSerializable(typeof(ListedKey))]
[JsonSerializable(typeof(ListedInvitation))]
internal sealed partial class AdminJson : JsonSerializerContext
{
    /// <summary>The same, without escapes for characters that are not ASCII.</summary>
    public static AdminJson Readable => new(new(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
