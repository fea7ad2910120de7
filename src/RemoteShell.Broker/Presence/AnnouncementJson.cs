using System.Text.Json.Serialization;

namespace RemoteShell.Broker.Presence;

/// <summary>JSON metadata of announcements, generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HostAnnouncement))]
internal sealed partial class AnnouncementJson : JsonSerializerContext;
