using RemoteShell.Protocol;

namespace RemoteShell.Server.Chat;

/// <summary>One connection of a participant in a room, for the lifetime of a channel.</summary>
/// <param name="id">The participant's id, as the others see it.</param>
/// <param name="name">The participant's name, as the others see it.</param>
internal sealed class ChatConnection(string id, string name)
{
    private readonly CancellationTokenSource _dropped = new();
    private long _position;

    public string Id => id;

    public string Name => name;

    /// <summary>The offset in the room's history up to which the connection has read.</summary>
    public long Position
    {
        get => Volatile.Read(ref _position);
        set => Volatile.Write(ref _position, value);
    }

    /// <summary>Cancelled when the connection must leave the room; <see cref="Reason"/> then says why.</summary>
    public CancellationToken Dropped => _dropped.Token;

    /// <summary>One of <see cref="ErrorCode"/>; the first reason stays. Null until the connection is dropped.</summary>
    public string? Reason { get; private set; }

    /// <summary>Makes the connection leave the room.</summary>
    /// <remarks>The caller holds the lock of the room, so continuations must not run on its thread.</remarks>
    public void Drop(string reason)
    {
        Reason ??= reason;
        _ = _dropped.CancelAsync();
    }
}
