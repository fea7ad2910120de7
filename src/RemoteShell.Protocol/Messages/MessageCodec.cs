using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Messages;

/// <summary>Encodes and decodes messages as JSON headers.</summary>
/// <remarks><see cref="StreamHeader"/> does this for the frames of byte streams, without allocating.</remarks>
public static class MessageCodec
{
    /// <summary>Encodes a message as a header.</summary>
    /// <exception cref="ArgumentException">The message is not one that is sent as JSON.</exception>
    public static byte[] Encode(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        JsonTypeInfo? type = message is OpenRequest open ? OfRequest(open.Request) : OfType(message.Type);
        if (type is null)
            throw new ArgumentException($"'{message.Type}' is not a message that is sent as JSON", nameof(message));
        return JsonSerializer.SerializeToUtf8Bytes(message, type);
    }

    /// <summary>Decodes a header. Returns null if the type is unknown.</summary>
    /// <exception cref="FrameException">The type is known, but its fields are not valid.</exception>
    public static Message? Decode(string type, ReadOnlySpan<byte> header)
    {
        ArgumentNullException.ThrowIfNull(type);
        try
        {
            if (type == "open")
                return DecodeOpen(header);
            return OfType(type) is { } info ? (Message?)JsonSerializer.Deserialize(header, info) : null;
        }
        catch (JsonException e)
        {
            throw new FrameException(ErrorCode.BadHeader, $"the fields of '{type}' are not valid: {WithoutPosition(e)}", e);
        }
    }

    /// <summary>Decodes the content of the stream <c>session</c>.</summary>
    public static ShellState DecodeShellState(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, MessageJson.Default.ShellState) ?? throw new JsonException("the shell state is null");

    /// <summary>Encodes the content of the stream <c>session</c>.</summary>
    public static byte[] EncodeShellState(ShellState state) => JsonSerializer.SerializeToUtf8Bytes(state, MessageJson.Default.ShellState);

    /// <summary>Decodes a line of the stream <c>jobs</c>.</summary>
    public static JobEntry DecodeJob(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, MessageJson.Default.JobEntry) ?? throw new JsonException("a job is null");

    /// <summary>Encodes a line of the stream <c>jobs</c>, without the line feed.</summary>
    public static byte[] EncodeJob(JobEntry job) => JsonSerializer.SerializeToUtf8Bytes(job, MessageJson.Default.JobEntry);

    /// <summary>Decodes a line of the stream <c>who</c>.</summary>
    public static ConnectionEntry DecodeConnection(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, MessageJson.Default.ConnectionEntry) ?? throw new JsonException("a connection is null");

    /// <summary>Encodes a line of the stream <c>who</c>, without the line feed.</summary>
    public static byte[] EncodeConnection(ConnectionEntry connection)
        => JsonSerializer.SerializeToUtf8Bytes(connection, MessageJson.Default.ConnectionEntry);

    /// <summary>Decodes a line of the stream <c>chat</c>.</summary>
    public static ChatEntry DecodeChatEntry(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, MessageJson.Default.ChatEntry) ?? throw new JsonException("a chat entry is null");

    /// <summary>Encodes a line of the stream <c>chat</c>, without the line feed.</summary>
    public static byte[] EncodeChatEntry(ChatEntry line) => JsonSerializer.SerializeToUtf8Bytes(line, MessageJson.Default.ChatEntry);

    private static Message? DecodeOpen(ReadOnlySpan<byte> header)
    {
        string name = JsonSerializer.Deserialize(header, MessageJson.Default.RequestName)?.Request ?? "";
        if (OfRequest(name) is { } info)
            return (Message?)JsonSerializer.Deserialize(header, info);
        uint channel = EnvelopeParser.Parse(header, FrameLimits.Default).Channel;
        return new UnknownRequest(name) { Channel = channel };
    }

    // Each type's metadata is created at its first use. All of them cost a tenth of a cold client's time, and a client uses about five.
    private static JsonTypeInfo? OfType(string type) => type switch
    {
        "hello" => MessageJson.Default.HelloMessage,
        "ping" => MessageJson.Default.PingMessage,
        "pong" => MessageJson.Default.PongMessage,
        "notice" => MessageJson.Default.NoticeMessage,
        "delivered" => MessageJson.Default.DeliveredMessage,
        "goodbye" => MessageJson.Default.GoodbyeMessage,
        "error" => MessageJson.Default.ErrorMessage,
        "opened" => MessageJson.Default.OpenedMessage,
        "refused" => MessageJson.Default.RefusedMessage,
        "signal" => MessageJson.Default.SignalMessage,
        "resize" => MessageJson.Default.ResizeMessage,
        "result" => MessageJson.Default.ResultMessage,
        _ => null,
    };

    private static JsonTypeInfo? OfRequest(string request) => request switch
    {
        "exec" => MessageJson.Default.ExecRequest,
        "get" => MessageJson.Default.GetRequest,
        "attach" => MessageJson.Default.AttachRequest,
        "jobs" => MessageJson.Default.JobsRequest,
        "logs" => MessageJson.Default.LogsRequest,
        "wait" => MessageJson.Default.WaitRequest,
        "kill" => MessageJson.Default.KillRequest,
        "rm" => MessageJson.Default.RmRequest,
        "who" => MessageJson.Default.WhoRequest,
        "complete" => MessageJson.Default.CompleteRequest,
        "chat" => MessageJson.Default.ChatRequest,
        "notify" => MessageJson.Default.NotifyRequest,
        _ => null,
    };

    private static string WithoutPosition(JsonException e)
    {
        int end = e.Message.IndexOf(" Path:", StringComparison.Ordinal);
        string what = end < 0 ? e.Message : e.Message[..end];
        return e.Path is { Length: > 2 } path ? $"{path[2..]}: {what}" : what;
    }
}
