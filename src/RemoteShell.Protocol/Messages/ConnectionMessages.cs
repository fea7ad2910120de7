using System.Text.Json.Serialization;
using RemoteShell.Protocol.Keys;

namespace RemoteShell.Protocol.Messages;

/// <summary>The first frame in each direction. The client may send its first request right after it.</summary>
public sealed record HelloMessage() : Message("hello")
{
    /// <summary>The protocol version that this library speaks.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The largest number of <see cref="Keys"/>.</summary>
    public const int MaxKeys = 16;

    private const int InvitationLength = 16;

    /// <summary>The highest version that the sender speaks.</summary>
    [JsonConverter(typeof(SaturatingInt32Converter))]
    public required int Version { get; init; }

    /// <summary>Program and version, for people and logs: <c>rsh-client/0.1.0</c>.</summary>
    public string Agent { get; set; } = "";

    /// <summary>The largest frames and the number of channels that the sender accepts.</summary>
    public HelloLimits Limits { get; set; } = new();

    /// <summary>A message of the day. An interactive client shows it.</summary>
    public string? Motd { get; init; }

    /// <summary>Names of optional features that the sender supports. Version 1 has none.</summary>
    public IReadOnlyList<string> Features { get; set; } = [];

    /// <summary>From a client: which key of ssh stands behind its key of TLS. Absent: none.</summary>
    public HelloProof? Proof { get; init; }

    /// <summary>From a client without a proof: the fingerprint of the key of ssh that it has proved before. Absent: none.</summary>
    public string? Key { get; init; }

    /// <summary>
    /// From a client without <see cref="Proof"/> and <see cref="Key"/>: the names of the keys of ssh that it can prove, and prefers to its
    /// key of TLS (<see cref="KeyName"/>); the best one first. Absent: none.
    /// </summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>From a client: the secret of an invitation, which adds its key to the server's list. Absent: none.</summary>
    public ReadOnlyMemory<byte>? Invitation { get; init; }

    /// <summary>From a server: which key it will have next. Absent: none is planned.</summary>
    public HelloNextKey? NextKey { get; init; }

    internal override string? FindFault() => Limits.FindFault()
        ?? WireRange.Texts("features", Features)
        ?? Proof?.FindFault()
        ?? (Key is null || KeyFingerprint.Is(Key) ? null : "'key' must be a fingerprint")
        ?? FindFaultOfKeys()
        ?? (Invitation is { Length: not InvitationLength } ? $"'invitation' must have {InvitationLength} bytes" : null)
        ?? NextKey?.FindFault();

    internal override Message Shorten(int characters) => this with { Motd = Motd is null ? null : Cut(Motd, characters) };

    private string? FindFaultOfKeys()
    {
        if (Keys is null)
            return null;
        if (Proof is not null || Key is not null)
            return "'keys' must not be there with 'proof' or 'key'";
        // The JSON reader accepts a null in a list, whatever its type says.
        return Keys.Count is > 0 and <= MaxKeys && Keys.All(key => key is not null && KeyName.Is(key))
            ? null
            : $"'keys' must have 1 to {MaxKeys} names of keys";
    }
}

/// <summary>What the sender of a <see cref="HelloMessage"/> accepts. Until it arrives, the defaults apply.</summary>
public sealed record HelloLimits
{
    /// <summary>The smallest <see cref="Header"/>, in bytes. Every answer of a server fits into it.</summary>
    public const int MinHeader = 16 * 1024;

    /// <summary>The smallest <see cref="Body"/>, in bytes.</summary>
    public const int MinBody = 1024;

    /// <summary>Bytes of JSON header, at least <see cref="MinHeader"/>. Default: 262144.</summary>
    [JsonConverter(typeof(SaturatingInt32Converter))]
    public int Header { get; set; } = 256 * 1024;

    /// <summary>Bytes of body, at least <see cref="MinBody"/>. Default: 262144.</summary>
    [JsonConverter(typeof(SaturatingInt32Converter))]
    public int Body { get; set; } = 256 * 1024;

    /// <summary>Number of channels open at once. Default: 64.</summary>
    [JsonConverter(typeof(SaturatingInt32Converter))]
    public int Channels { get; set; } = 64;

    internal string? FindFault()
        => WireRange.Between("limits.header", Header, MinHeader, int.MaxValue)
        ?? WireRange.Between("limits.body", Body, MinBody, int.MaxValue)
        ?? WireRange.Between("limits.channels", Channels, 0, int.MaxValue);
}

/// <summary>Asks for a <see cref="PongMessage"/> with the same number.</summary>
public sealed record PingMessage() : Message("ping")
{
    /// <summary>Any number. The pong repeats it. Absent: 0.</summary>
    public long Id { get; init; }
}

/// <summary>Answers a <see cref="PingMessage"/>.</summary>
public sealed record PongMessage() : Message("pong")
{
    /// <summary>The number in the ping.</summary>
    public long Id { get; init; }

    /// <summary>The sender's clock, in ms since 1970-01-01 UTC, with a fraction. Absent: not reported.</summary>
    public double? Time { get; init; }

    internal override string? FindFault() => WireRange.Time("time", Time);
}

/// <summary>A text for the user, such as an announced shutdown.</summary>
public sealed record NoticeMessage() : Message("notice")
{
    /// <summary>The text, without a line feed at the end.</summary>
    public required string Text { get; init; }

    internal override Message Shorten(int characters) => this with { Text = Cut(Text, characters) };
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

    internal override Message Shorten(int characters) => this with { Reason = Cut(Reason, characters) };
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

    /// <summary>
    /// With <see cref="ErrorCode.Unauthorized"/>: the name of the key of ssh that the client may prove (<see cref="KeyName"/>).
    /// Absent: none.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>Whether the server knows a proof of <see cref="Key"/>, so that the client need not sign. Absent: false.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Proved { get; init; }

    /// <summary>
    /// With <see cref="ErrorCode.Unauthorized"/>: whether the server had accepted the client before, on this connection. Absent: false.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Accepted { get; init; }

    internal override string? FindFault() => Key is null || KeyName.Is(Key) ? null : "'key' must be the name of a key";

    internal override Message Shorten(int characters)
        => this with { Text = Cut(Text, characters), Hint = Hint is null ? null : Cut(Hint, characters) };
}
