using System.Buffers;
using System.Text.Encodings.Web;
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
        if (message is HelloMessage hello)
            return PlainMessageWriter.Write(hello);
        JsonTypeInfo? type = OfSent(message) ?? (message is OpenRequest open ? OfRequest(open.Request) : OfType(message.Type));
        if (type is null)
            throw new ArgumentException($"'{message.Type}' is not a message that is sent as JSON", nameof(message));
        return message is ExecRequest ? EncodeText(message, type) : JsonSerializer.SerializeToUtf8Bytes(message, type);
    }

    // By default each quote takes six bytes, and a script could not be nearly as long as a header.
    private static byte[] EncodeText(Message message, JsonTypeInfo type)
    {
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        JsonSerializer.Serialize(writer, message, type);
        writer.Flush();
        return json.WrittenSpan.ToArray();
    }

    /// <summary>Decodes a header. Returns null if the type is unknown.</summary>
    /// <exception cref="FrameException">The type is known, but its fields are not valid, or a value is out of its range.</exception>
    public static Message? Decode(string type, ReadOnlySpan<byte> header)
    {
        ArgumentNullException.ThrowIfNull(type);
        try
        {
            Message? message = PlainMessageReader.Read(type, header) ?? DecodeWithMetadata(type, header);
            return message?.FindFault() is { } fault ? throw Fault(type, fault) : message;
        }
        catch (JsonException e)
        {
            throw Fault(type, PlainText(e), e);
        }
    }

    /// <summary>Decodes a line of the stream <c>jobs</c>.</summary>
    /// <exception cref="JsonException">The line is not a valid entry.</exception>
    public static JobEntry DecodeJob(ReadOnlySpan<byte> json)
    {
        var job = (JobEntry)ReadText(json, MessageJson.Default.JobEntry);
        return job.FindFault() is { } fault ? throw new JsonException(fault) : job;
    }

    /// <summary>Encodes a line of the stream <c>jobs</c>, without the line feed.</summary>
    public static byte[] EncodeJob(JobEntry job) => JsonSerializer.SerializeToUtf8Bytes(job, MessageJson.Default.JobEntry);

    /// <summary>Decodes a line of the stream <c>who</c>.</summary>
    /// <exception cref="JsonException">The line is not a valid entry.</exception>
    public static ConnectionEntry DecodeConnection(ReadOnlySpan<byte> json)
    {
        var connection = (ConnectionEntry)ReadText(json, MessageJson.Default.ConnectionEntry);
        return connection.FindFault() is { } fault ? throw new JsonException(fault) : connection;
    }

    /// <summary>Encodes a line of the stream <c>who</c>, without the line feed.</summary>
    public static byte[] EncodeConnection(ConnectionEntry connection)
        => JsonSerializer.SerializeToUtf8Bytes(connection, MessageJson.Default.ConnectionEntry);

    /// <summary>Decodes a line of the stream <c>chat</c>.</summary>
    /// <exception cref="JsonException">The line is not a valid entry.</exception>
    public static ChatEntry DecodeChatEntry(ReadOnlySpan<byte> json)
    {
        var entry = (ChatEntry)ReadText(json, MessageJson.Default.ChatEntry);
        return entry.FindFault() is { } fault ? throw new JsonException(fault) : entry;
    }

    /// <summary>Encodes a line of the stream <c>chat</c>, without the line feed.</summary>
    public static byte[] EncodeChatEntry(ChatEntry line) => JsonSerializer.SerializeToUtf8Bytes(line, MessageJson.Default.ChatEntry);

    /// <summary>Decodes a line of the <c>stdout</c> of a <c>listen</c> job.</summary>
    /// <exception cref="JsonException">The line is not a valid entry.</exception>
    public static ListenEntry DecodeListenEntry(ReadOnlySpan<byte> json)
    {
        var entry = (ListenEntry)ReadText(json, MessageJson.Default.ListenEntry);
        return entry.FindFault() is { } fault ? throw new JsonException(fault) : entry;
    }

    /// <summary>Encodes a line of the <c>stdout</c> of a <c>listen</c> job, without the line feed.</summary>
    public static byte[] EncodeListenEntry(ListenEntry entry)
        => JsonSerializer.SerializeToUtf8Bytes(entry, MessageJson.Default.ListenEntry);

    /// <summary>Decodes a header by the generated metadata alone. Returns null if the type is unknown.</summary>
    /// <exception cref="JsonException">The fields are not valid.</exception>
    internal static Message? DecodeWithMetadata(string type, ReadOnlySpan<byte> header)
    {
        if (type == "open")
            return DecodeOpen(header);
        return OfType(type) is { } info ? (Message?)Read(header, info) : null;
    }

    /// <summary>The name of the request in a header that need not be valid.</summary>
    /// <returns>Null if it cannot be read, or is not one that this version knows.</returns>
    internal static string? FindRequestName(ReadOnlySpan<byte> header)
    {
        try
        {
            return ((RequestName?)Read(header, MessageJson.Default.RequestName))?.Request is { } name && OfRequest(name) is not null
                ? name
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Message? DecodeOpen(ReadOnlySpan<byte> header)
    {
        string name = ((RequestName?)Read(header, MessageJson.Default.RequestName))?.Request ?? "";
        if (OfRequest(name) is { } info)
            return (Message?)Read(header, info);
        uint channel = EnvelopeParser.Parse(header, FrameLimits.Default).Channel;
        return new UnknownRequest(name) { Channel = channel };
    }

    private static object? Read(ReadOnlySpan<byte> json, JsonTypeInfo type)
        => JsonSerializer.Deserialize(JsonText.WithoutNulls(json), type);

    // The envelope parser has checked the text of a header. That of a line is checked here.
    private static object ReadText(ReadOnlySpan<byte> json, JsonTypeInfo type)
    {
        if (!JsonText.IsValid(json))
            throw new JsonException("the text is not valid UTF-8, or has half a surrogate pair");
        object? value;
        try
        {
            value = Read(json, type);
        }
        catch (JsonException e)
        {
            throw new JsonException(PlainText(e), e);
        }

        return value ?? throw new JsonException("the value is null");
    }

    private static FrameException Fault(string type, string fault, Exception? cause = null) => type == "open"
        ? new(ErrorCode.BadRequest, $"the request is not valid: {fault}", cause)
        : new(ErrorCode.BadHeader, $"the fields of '{type}' are not valid: {fault}", cause);

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

    // A terminal has fields with a converter, for which the generator writes no such code.
    private static JsonTypeInfo? OfSent(Message message) => message switch
    {
        ExecRequest { Tty: null } => SentMessageJson.Default.ExecRequest,
        DeliveredMessage => SentMessageJson.Default.DeliveredMessage,
        GoodbyeMessage => SentMessageJson.Default.GoodbyeMessage,
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
        "forward" => MessageJson.Default.ForwardRequest,
        _ => null,
    };

    // The messages of the JSON reader name .NET types. The peer needs the field.
    internal static string PlainText(JsonException e)
    {
        const string Missing = "missing required properties including: ";
        int missing = e.Message.IndexOf(Missing, StringComparison.Ordinal);
        if (missing >= 0)
            return $"missing: {e.Message.AsSpan(missing + Missing.Length).TrimEnd('.')}";
        if (e.Message.StartsWith("Duplicate property", StringComparison.Ordinal))
            return "a field occurs twice";
        return e.Path is { Length: > 2 } path ? $"'{path[2..]}' has a value of another type, or out of range" : "it is not a JSON object";
    }
}
