using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Messages;

/// <summary>Messages ↔ header bytes, for all but the byte streams' frames, which <see cref="StreamHeader"/> reads and writes without allocating.</summary>
public static class MessageCodec
{
    /// <summary>The header of a message.</summary>
    public static byte[] Encode(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        JsonTypeInfo? type = message is Open open ? OfRequest(open.Request) : OfType(message.Type);
        return JsonSerializer.SerializeToUtf8Bytes(message, type ?? throw new ArgumentException($"'{message.Type}' is not a message that is sent as JSON", nameof(message)));
    }

    /// <summary>The message in a header, or null where its type is not known.</summary>
    /// <exception cref="FrameException">The type is known, and the fields are not those of the type.</exception>
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
            throw new FrameException(ErrorCode.BadHeader, $"the fields of '{type}' are not as they must be: {WithoutPosition(e)}", e);
        }
    }

    /// <summary>What a prompt's line left behind, from the stream <c>session</c>.</summary>
    public static SessionState DecodeSession(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, MessageJson.Default.SessionState) ?? throw new JsonException("the session's state is null");

    /// <summary>What a prompt's line left behind, for the stream <c>session</c>.</summary>
    public static byte[] EncodeSession(SessionState state) => JsonSerializer.SerializeToUtf8Bytes(state, MessageJson.Default.SessionState);

    /// <summary>A line of the stream <c>jobs</c>.</summary>
    public static JobInfo DecodeJob(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, MessageJson.Default.JobInfo) ?? throw new JsonException("a job is null");

    /// <summary>A line of the stream <c>jobs</c>, without the line's end.</summary>
    public static byte[] EncodeJob(JobInfo job) => JsonSerializer.SerializeToUtf8Bytes(job, MessageJson.Default.JobInfo);

    /// <summary>A line of the stream <c>who</c>.</summary>
    public static PresentInfo DecodePresent(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, MessageJson.Default.PresentInfo) ?? throw new JsonException("a connection is null");

    /// <summary>A line of the stream <c>who</c>, without the line's end.</summary>
    public static byte[] EncodePresent(PresentInfo present) => JsonSerializer.SerializeToUtf8Bytes(present, MessageJson.Default.PresentInfo);

    /// <summary>A line of the stream <c>chat</c>.</summary>
    public static ChatLine DecodeChatLine(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, MessageJson.Default.ChatLine) ?? throw new JsonException("a line of a chat is null");

    /// <summary>A line of the stream <c>chat</c>, without the line's end.</summary>
    public static byte[] EncodeChatLine(ChatLine line) => JsonSerializer.SerializeToUtf8Bytes(line, MessageJson.Default.ChatLine);

    private static Message? DecodeOpen(ReadOnlySpan<byte> header)
    {
        string name = JsonSerializer.Deserialize(header, MessageJson.Default.RequestName)?.Request ?? "";
        if (OfRequest(name) is { } info)
            return (Message?)JsonSerializer.Deserialize(header, info);
        uint channel = EnvelopeParser.Parse(header, FrameLimits.Default).Channel;
        return new UnknownOpen(name) { Channel = channel };
    }

    // Each is made when it is first asked for: the whole vocabulary is a tenth of the time of a cold client, which speaks five words of it.
    private static JsonTypeInfo? OfType(string type) => type switch
    {
        "hello" => MessageJson.Default.Hello,
        "ping" => MessageJson.Default.Ping,
        "pong" => MessageJson.Default.Pong,
        "notice" => MessageJson.Default.Notice,
        "delivered" => MessageJson.Default.Delivered,
        "goodbye" => MessageJson.Default.Goodbye,
        "error" => MessageJson.Default.Error,
        "opened" => MessageJson.Default.Opened,
        "refused" => MessageJson.Default.Refused,
        "signal" => MessageJson.Default.Signal,
        "resize" => MessageJson.Default.Resize,
        "result" => MessageJson.Default.Result,
        _ => null,
    };

    private static JsonTypeInfo? OfRequest(string request) => request switch
    {
        "exec" => MessageJson.Default.Exec,
        "get" => MessageJson.Default.Get,
        "attach" => MessageJson.Default.Attach,
        "jobs" => MessageJson.Default.Jobs,
        "logs" => MessageJson.Default.Logs,
        "wait" => MessageJson.Default.Wait,
        "kill" => MessageJson.Default.Kill,
        "rm" => MessageJson.Default.Rm,
        "who" => MessageJson.Default.Who,
        "complete" => MessageJson.Default.Complete,
        "chat" => MessageJson.Default.Chat,
        "notify" => MessageJson.Default.Notify,
        _ => null,
    };

    private static string WithoutPosition(JsonException e)
    {
        int end = e.Message.IndexOf(" Path:", StringComparison.Ordinal);
        string what = end < 0 ? e.Message : e.Message[..end];
        return e.Path is { Length: > 2 } path ? $"{path[2..]}: {what}" : what;
    }
}
