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

    /// <summary>The lines to say, in UTF-8; the end of the stream leaves the room. Default: an empty stream, which leaves at once.</summary>
    public Stream Says { get; init; } = Stream.Null;

    /// <summary>Called for each event in the room, one at a time. While it runs, the client receives nothing more. Default: events are dropped.</summary>
    public Action<ChatMessage> Heard { get; init; } = _ => { };

    /// <summary>Called after a lost connection if the server no longer has all messages that were said meanwhile. It must not block. Default: nothing.</summary>
    public Action? Missed { get; init; }
}
