using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Every message that is read and written as JSON, compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Ping))]
[JsonSerializable(typeof(Pong))]
[JsonSerializable(typeof(Notice))]
[JsonSerializable(typeof(Goodbye))]
[JsonSerializable(typeof(Error))]
[JsonSerializable(typeof(Opened))]
[JsonSerializable(typeof(Refused))]
[JsonSerializable(typeof(Signal))]
[JsonSerializable(typeof(Resize))]
[JsonSerializable(typeof(Result))]
[JsonSerializable(typeof(Exec))]
[JsonSerializable(typeof(Get))]
[JsonSerializable(typeof(Attach))]
[JsonSerializable(typeof(Jobs))]
[JsonSerializable(typeof(Logs))]
[JsonSerializable(typeof(Wait))]
[JsonSerializable(typeof(Kill))]
[JsonSerializable(typeof(Rm))]
[JsonSerializable(typeof(Complete))]
[JsonSerializable(typeof(Delivered))]
[JsonSerializable(typeof(JobInfo))]
[JsonSerializable(typeof(Who))]
[JsonSerializable(typeof(PresentInfo))]
[JsonSerializable(typeof(Chat))]
[JsonSerializable(typeof(ChatLine))]
[JsonSerializable(typeof(Notify))]
[JsonSerializable(typeof(RequestName))]
[JsonSerializable(typeof(SessionState))]
internal sealed partial class MessageJson : JsonSerializerContext;

// Just enough of an open to tell which one it is.
internal sealed record RequestName(string? Request);
