using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>How a client joins a chat room.</summary>
public sealed record ChatOptions
{
    /// <summary>The room, 1 to 64 characters. Default: <c>lobby</c>.</summary>
    public string Room { get; init; } = ChatRequest.Lobby;

    /// <summary>The id of this conversation, which tells several conversations of the same key apart. Default: a new id.</summary>
    public string Member { get; init; } = JobId.New();

    /// <summary>The number of earlier lines to receive. Default: 20.</summary>
    public int Last { get; init; } = 20;

    /// <summary>The lines to say, in UTF-8. Default: an empty stream, which leaves at once.</summary>
    /// <remarks>The client leaves the room at the end of the stream.</remarks>
    public Stream Says { get; init; } = Stream.Null;

    /// <summary>Called for each event in the room, one at a time. Default: events are dropped.</summary>
    /// <remarks>While it runs, the client receives nothing more.</remarks>
    public Action<ChatMessage> Heard { get; init; } = _ => { };

    /// <summary>Called after a lost connection if the server no longer has all messages that were said meanwhile.</summary>
    /// <remarks>It must not block. Default: nothing.</remarks>
    public Action? Missed { get; init; }
}
