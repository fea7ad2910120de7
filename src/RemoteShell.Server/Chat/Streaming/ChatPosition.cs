namespace RemoteShell.Server.Chat.Streaming;

/// <summary>A connection in a room, and the offsets at which its streams begin.</summary>
/// <param name="Room">The room.</param>
/// <param name="Participant">The participant.</param>
/// <param name="Connection">The participant's connection.</param>
/// <param name="SayOffset">The offset from which the client sends its stream <c>say</c>.</param>
/// <param name="ChatOffset">The offset in the room's history from which the client reads.</param>
internal sealed record ChatPosition(Room Room, ChatParticipant Participant, ChatConnection Connection, long SayOffset, long ChatOffset);
