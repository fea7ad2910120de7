using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>The first frame in each direction. The client may send its first request right after it.</summary>
public sealed record HelloMessage() : Message("hello")
{
    /// <summary>The protocol version that this library speaks.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The highest version that the sender speaks.</summary>
    public required int Version { get; init; }

    /// <summary>Program and version, for people and logs: <c>rsh-client/0.1.0</c>.</summary>
    public string Agent { get; set; } = "";

    /// <summary>The largest frames and the number of channels that the sender accepts.</summary>
    public HelloLimits Limits { get; set; } = new();

    /// <summary>A message of the day. An interactive client shows it.</summary>
    public string? Motd { get; init; }

    /// <summary>Names of optional features that the sender supports. Version 1 has none.</summary>
    public IReadOnlyList<string> Features { get; set; } = [];
}

/// <summary>What the sender of a <see cref="HelloMessage"/> accepts. Until it arrives, the defaults apply.</summary>
public sealed record HelloLimits
{
    /// <summary>Bytes of JSON header. Default: 262144.</summary>
    public int Header { get; set; } = 256 * 1024;

    /// <summary>Bytes of body. Default: 262144.</summary>
    public int Body { get; set; } = 256 * 1024;

    /// <summary>Number of channels open at once. Default: 64.</summary>
    public int Channels { get; set; } = 64;
}

/// <summary>Asks for a <see cref="PongMessage"/> with the same number.</summary>
public sealed record PingMessage() : Message("ping")
{
    /// <summary>Any number. The pong repeats it.</summary>
    public long Id { get; init; }
}

/// <summary>Answers a <see cref="PingMessage"/>.</summary>
public sealed record PongMessage() : Message("pong")
{
    /// <summary>The number in the ping.</summary>
    public long Id { get; init; }

    /// <summary>The sender's clock, in ms since 1970-01-01 UTC, with a fraction. Absent: not reported.</summary>
    public double? Time { get; init; }
}

/// <summary>A text for the user, such as an announced shutdown.</summary>
public sealed record NoticeMessage() : Message("notice")
{
    /// <summary>The text, without a line feed at the end.</summary>
    public required string Text { get; init; }
}

/// <summary>The client has received the job's result and all of its output, so the server may drop the output.</summary>
public sealed record DeliveredMessage() : Message("delivered")
{
    /// <summary>The job's id.</summary>
    public required string Job { get; init; }
}

/// <summary>Announces that the sender closes on purpose. No frame follows it.</summary>
public sealed record GoodbyeMessage() : Message("goodbye")
{
    /// <summary>The reason, for people.</summary>
    public string Reason { get; set; } = "";
}

/// <summary>Reports an error. It ends the channel, or, without a channel, the connection.</summary>
public sealed record ErrorMessage() : Message("error")
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>What happened, for people.</summary>
    public string Text { get; set; } = "";

    /// <summary>What to do about it, for people.</summary>
    [JsonPropertyName("cure")]
    public string? Hint { get; init; }
}
