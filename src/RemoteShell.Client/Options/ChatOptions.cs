using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>How one joins a room.</summary>
public sealed record ChatOptions
{
    /// <summary>The room. Default: the lobby.</summary>
    public string Room { get; init; } = ChatRequest.Lobby;

    /// <summary>Which of this key's conversations it is. Default: a new one.</summary>
    public string Member { get; init; } = JobId.New();

    /// <summary>How many of the lines that were said before are wanted. Default: 20.</summary>
    public int Last { get; init; } = 20;

    /// <summary>What is said, as lines in UTF-8; its end leaves the room. Default: nothing is said, and one leaves at once.</summary>
    public Stream Says { get; init; } = Stream.Null;

    /// <summary>Called for each thing that happens in the room, one at a time; while it waits nothing more is heard. Default: it is dropped.</summary>
    public Action<ChatEntry> Heard { get; init; } = _ => { };

    /// <summary>Called when so much was said while the connection was lost that not all of it can be had; it must not wait. Default: nothing is said.</summary>
    public Action? Missed { get; init; }
}
