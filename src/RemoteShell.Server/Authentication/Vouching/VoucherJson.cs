using System.Text.Json.Serialization;

namespace RemoteShell.Server.Authentication.Vouching;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(VoucherLine[]))]
internal sealed partial class VoucherJson : JsonSerializerContext;
