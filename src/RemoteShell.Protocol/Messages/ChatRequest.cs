using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Joins a room of those who are connected. Byte streams: <c>say</c> in, a line of text for each message; <c>chat</c> out, a <see cref="ChatEntry"/> as JSON in each line.</summary>
/// <remarks>Digests count from where a stream begins on its channel. The end of <c>say</c> leaves the room; the result follows when all that was said until then has come back.</remarks>
public sealed record ChatRequest() : OpenRequest("chat")
{
    /// <summary>The room that is meant where none is named.</summary>
    public const string Lobby = "lobby";

    /// <summary>The room, 1 to 64 characters. Default: <see cref="Lobby"/>.</summary>
    public string Room { get; set; } = Lobby;

    /// <summary>A name of the client's making for this conversation, the same when it is repeated after a cut.</summary>
    public required string Member { get; init; }

    /// <summary>How many of the lines that were said before are wanted. Default: 20.</summary>
    public int Last { get; set; } = 20;

    /// <summary>Where the streams go on, when the request is repeated after a cut.</summary>
    public IReadOnlyDictionary<string, StreamPosition>? Streams { get; init; }
}

/// <summary>What happened in a room.</summary>
public sealed record ChatEntry
{
    /// <summary>One of <see cref="ChatEvent"/>.</summary>
    public required string Event { get; init; }

    /// <summary>When, in milliseconds since 1970-01-01 UTC, by the server's clock.</summary>
    public long Time { get; init; }

    /// <summary>Who: the name that the key carries at the server, or the beginning of its fingerprint.</summary>
    public required string Name { get; init; }

    /// <summary>Which of the conversations with that name; a member learns its own by <see cref="OpenedMessage.Member"/>.</summary>
    public required string Member { get; init; }

    /// <summary>Whether it is what the hearer said or did; not on the wire.</summary>
    [JsonIgnore]
    public bool IsOwn { get; init; }

    /// <summary>What was said.</summary>
    public string? Text { get; init; }

    /// <summary>Where the speaker's stream <c>say</c> stands behind it: whoever hears this of itself need not say it again, also to a server that was started anew.</summary>
    public long? Offset { get; init; }

    /// <summary>On joining: who is there by then; where they are many, some of them.</summary>
    public IReadOnlyList<string>? Present { get; init; }

    /// <summary>On joining: how many are there by then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Count { get; init; }
}

/// <summary>The values of <see cref="ChatEntry.Event"/>.</summary>
public static class ChatEvent
{
    /// <summary>Somebody said something.</summary>
    public const string Said = "said";

    /// <summary>Somebody came in, for the first time or again.</summary>
    public const string Joined = "joined";

    /// <summary>Somebody left, or is away without a word.</summary>
    public const string Left = "left";

    /// <summary>Somebody read so slowly that nobody waited any more.</summary>
    public const string Dropped = "dropped";
}
