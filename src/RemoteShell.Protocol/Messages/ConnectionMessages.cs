namespace RemoteShell.Protocol.Messages;

/// <summary>The first frame in each direction. The client's first request may follow in the same flight.</summary>
public sealed record HelloMessage() : Message("hello")
{
    /// <summary>The protocol version that this library speaks.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The highest version that the sender speaks.</summary>
    public required int Version { get; init; }

    /// <summary>Program and version, for people and logs: <c>rsh-client/0.1.0</c>.</summary>
    public string Agent { get; set; } = "";

    /// <summary>What the sender is ready to receive.</summary>
    public HelloLimits Limits { get; set; } = new();

    /// <summary>A message of the day, to be shown where somebody sits at a prompt.</summary>
    public string? Motd { get; init; }

    /// <summary>Names of optional parts that the sender knows; none exist in version 1.</summary>
    public IReadOnlyList<string> Features { get; set; } = [];
}

/// <summary>What the sender of a <see cref="HelloMessage"/> is ready to receive; until it has come the defaults hold.</summary>
public sealed record HelloLimits
{
    /// <summary>Bytes of JSON header. Default: 262144.</summary>
    public int Header { get; set; } = 256 * 1024;

    /// <summary>Bytes of body. Default: 262144.</summary>
    public int Body { get; set; } = 256 * 1024;

    /// <summary>Channels open at once. Default: 64.</summary>
    public int Channels { get; set; } = 64;
}

/// <summary>Asks for a <see cref="PongMessage"/> with the same number.</summary>
public sealed record PingMessage() : Message("ping")
{
    /// <summary>Comes back as it is.</summary>
    public long Id { get; init; }
}

/// <summary>Answers a <see cref="PingMessage"/>.</summary>
public sealed record PongMessage() : Message("pong")
{
    /// <summary>The number that came with the ping.</summary>
    public long Id { get; init; }

    /// <summary>The sender's clock, in milliseconds since 1970-01-01 UTC, with a fraction; absent: it does not say.</summary>
    public double? Time { get; init; }
}

/// <summary>Text for people: a shutdown that is coming, a message of the day.</summary>
public sealed record NoticeMessage() : Message("notice")
{
    /// <summary>What to show, without a line's end.</summary>
    public required string Text { get; init; }
}

/// <summary>The client has the job's result and all of its output: it will not ask for them again, and the server may forget the output.</summary>
public sealed record DeliveredMessage() : Message("delivered")
{
    /// <summary>The job's id.</summary>
    public required string Job { get; init; }
}

/// <summary>Said before closing on purpose; nothing follows it.</summary>
public sealed record GoodbyeMessage() : Message("goodbye")
{
    /// <summary>Why, for people.</summary>
    public string Reason { get; set; } = "";
}

/// <summary>Something is wrong: with a channel, which ends, or without one with the connection, which ends.</summary>
public sealed record ErrorMessage() : Message("error")
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>What happened, for people.</summary>
    public string Text { get; set; } = "";

    /// <summary>What to do about it, for people.</summary>
    public string? Cure { get; init; }
}
