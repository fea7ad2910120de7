using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Generated code that writes the messages of a client's cold start, without metadata of their fields.</summary>
/// <remarks>The metadata of an <see cref="ExecRequest"/> takes a thirtieth of the time of a whole cold command.</remarks>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecRequest))]
[JsonSerializable(typeof(DeliveredMessage))]
[JsonSerializable(typeof(GoodbyeMessage))]
internal sealed partial class SentMessageJson : JsonSerializerContext;
