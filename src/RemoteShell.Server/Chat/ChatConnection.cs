using RemoteShell.Protocol;


namespace RemoteShell.Server.Chat;

/// <summary>Somebody in a room, as long as one channel lasts.</summary>
/// <param name="id">What the others know it by.</param>
/// <param name="name">What the others call it.</param>
internal sealed class ChatConnection(string id, string name)
{
    private readonly CancellationTokenSource _dropped = new();
    private long _position;

    public string Id => id;

    public string Name => name;

    /// <summary>How far it has read.</summary>
    public long Position
    {
        get => Volatile.Read(ref _position);
        set => Volatile.Write(ref _position, value);
    }

    /// <summary>Cancelled when it is not to go on; <see cref="Reason"/> then says why.</summary>
    public CancellationToken Dropped => _dropped.Token;

    /// <summary>One of <see cref="ErrorCode"/>; the first stays.</summary>
    public string? Reason { get; private set; }

    // Whoever drops holds the room, and nothing that waits for it may run on its thread.
    public void Drop(string reason)
    {
        Reason ??= reason;
        _ = _dropped.CancelAsync();
    }
}
