using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>JSON metadata of all messages, generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(HelloMessage))]
[JsonSerializable(typeof(PingMessage))]
[JsonSerializable(typeof(PongMessage))]
[JsonSerializable(typeof(NoticeMessage))]
[JsonSerializable(typeof(GoodbyeMessage))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(OpenedMessage))]
[JsonSerializable(typeof(RefusedMessage))]
[JsonSerializable(typeof(SignalMessage))]
[JsonSerializable(typeof(ResizeMessage))]
[JsonSerializable(typeof(ResultMessage))]
[JsonSerializable(typeof(ExecRequest))]
[JsonSerializable(typeof(GetRequest))]
[JsonSerializable(typeof(AttachRequest))]
[JsonSerializable(typeof(JobsRequest))]
[JsonSerializable(typeof(LogsRequest))]
[JsonSerializable(typeof(WaitRequest))]
[JsonSerializable(typeof(KillRequest))]
[JsonSerializable(typeof(RmRequest))]
[JsonSerializable(typeof(CompleteRequest))]
[JsonSerializable(typeof(DeliveredMessage))]
[JsonSerializable(typeof(JobEntry))]
[JsonSerializable(typeof(WhoRequest))]
[JsonSerializable(typeof(ConnectionEntry))]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(ChatEntry))]
[JsonSerializable(typeof(NotifyRequest))]
[JsonSerializable(typeof(ForwardRequest))]
[JsonSerializable(typeof(ListenEntry))]
[JsonSerializable(typeof(RequestName))]
internal sealed partial class MessageJson : JsonSerializerContext;

// The one field of 'open' that selects the request's type.
internal sealed record RequestName
{
    public string? Request { get; init; }
}
