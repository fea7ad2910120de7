using System.Text.Json.Serialization;

namespace RemoteShell.Server.Authentication.Invitations;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InvitationEntry))]
internal sealed partial class InvitationJson : JsonSerializerContext;
