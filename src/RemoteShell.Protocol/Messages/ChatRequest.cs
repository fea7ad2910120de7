using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Joins a chat room.</summary>
/// <remarks>
/// Byte streams: <c>say</c> in, one line of text for each message; <c>chat</c> out, one <see cref="ChatEntry"/> as JSON in each
/// line. Each digest starts where the stream starts on its channel. The end of <c>say</c> leaves the room. The result follows when
/// all messages up to then have come back.
/// </remarks>
public sealed record ChatRequest() : OpenRequest("chat")
{
    /// <summary>The default room.</summary>
    public const string Lobby = "lobby";

    // Characters of the name of a room or member.
    internal const int MaxNameLength = 64;

    // A sum of two such offsets does not overflow.
    private const long MaxOffset = long.MaxValue / 2;

    /// <summary>The room, 1 to 64 characters. Default: <see cref="Lobby"/>.</summary>
    public string Room { get; set; } = Lobby;

    /// <summary>An id that the client chooses for this participant. A repetition after a reconnect has the same.</summary>
    public required string Member { get; init; }

    /// <summary>How many earlier lines the server sends first. Default: 20.</summary>
    public int Last { get; set; } = 20;

    /// <summary>Where the streams continue, if the request is repeated after a reconnect.</summary>
    public IReadOnlyDictionary<string, StreamPosition>? Streams { get; init; }

    internal override string? FindFault()
        => base.FindFault()
        ?? WireRange.Length("room", Room, 1, MaxNameLength)
        ?? (Room.Any(char.IsControl) ? "'room' must not have control characters" : null)
        ?? WireRange.Length("member", Member, 1, MaxNameLength)
        ?? WireRange.Between("last", Last, 0, int.MaxValue)
        ?? WireRange.Positions(Streams, "chat", "say")
        ?? WireRange.Between("streams.chat.from", Streams?.GetValueOrDefault("chat")?.From, 0, MaxOffset)
        ?? WireRange.Between("streams.say.from", Streams?.GetValueOrDefault("say")?.From, 0, MaxOffset);
}

/// <summary>An event in a room.</summary>
public sealed record ChatEntry
{
    private const int MaxPresent = 32;

    /// <summary>One of <see cref="ChatEvent"/>.</summary>
    public required string Event { get; init; }

    /// <summary>The server's time, in ms since 1970-01-01 UTC.</summary>
    public long Time { get; init; }

    /// <summary>The participant's name in the server's list of keys, or the beginning of the key's fingerprint.</summary>
    public required string Name { get; init; }

    /// <summary>The participant's id. A client learns its own from <see cref="OpenedMessage.Member"/>.</summary>
    public required string Member { get; init; }

    /// <summary>Whether this client caused the event. Not on the wire.</summary>
    [JsonIgnore]
    public bool IsOwn { get; init; }

    /// <summary>The message.</summary>
    public string? Text { get; init; }

    /// <summary>The offset in the sender's stream <c>say</c> after this message.</summary>
    /// <remarks>A sender that receives its own message need not send it again, even to a server that was restarted.</remarks>
    public long? Offset { get; init; }

    /// <summary>For <c>joined</c>: the names of those in the room, at most 32.</summary>
    public IReadOnlyList<string>? Present { get; init; }

    /// <summary>For <c>joined</c>: the number of participants in the room.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Count { get; init; }

    internal string? FindFault()
        => WireRange.Word("event", Event)
        ?? WireRange.Time("time", Time)
        ?? WireRange.Length("member", Member, 1, ChatRequest.MaxNameLength)
        ?? WireRange.Offset("offset", Offset)
        ?? WireRange.Texts("present", Present, MaxPresent)
        ?? WireRange.Between("count", Count, 0, int.MaxValue);
}

/// <summary>The values of <see cref="ChatEntry.Event"/>.</summary>
public static class ChatEvent
{
    /// <summary>A participant sent a message.</summary>
    public const string Said = "said";

    /// <summary>A participant joined, for the first time or again.</summary>
    public const string Joined = "joined";

    /// <summary>A participant left, or lost its connection.</summary>
    public const string Left = "left";

    /// <summary>A participant was removed because it read too slowly.</summary>
    public const string Dropped = "dropped";
}
