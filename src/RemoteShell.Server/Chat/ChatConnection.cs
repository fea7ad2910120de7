using RemoteShell.Protocol;

namespace RemoteShell.Server.Chat;

/// <summary>One connection of a participant in a room, for the lifetime of a channel.</summary>
/// <param name="id">The participant's id, as the others see it.</param>
/// <param name="name">The name of the participant's key.</param>
internal sealed class ChatConnection(string id, string name)
{
    private readonly CancellationTokenSource _dropped = new();
    private long _position;
    private string? _numbered;

    public string Id => id;

    /// <summary>The participant's name, as the others see it: that of its key, with a number if it is in use in the room.</summary>
    /// <remarks>Guarded by the lock of the room.</remarks>
    public string Name => _numbered ?? name;

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

    /// <summary>Sets a name that no other present participant has: <c>name</c>, <c>name (2)</c>, …</summary>
    public void ChooseName(IEnumerable<ChatConnection> present)
    {
        HashSet<string> taken = [.. present.Select(other => other.Name)];
        _numbered = null;
        for (int number = 2; taken.Contains(Name); number++)
            _numbered = $"{name} ({number})";
    }

    /// <summary>Sets the name of an earlier connection of the same participant, which this one replaces.</summary>
    public void TakeName(ChatConnection before) => _numbered = before._numbered;

    /// <summary>Makes the connection leave the room.</summary>
    /// <remarks>The caller holds the lock of the room, so continuations must not run on its thread.</remarks>
    public void Drop(string reason)
    {
        Reason ??= reason;
        _ = _dropped.CancelAsync();
    }
}
