namespace RemoteShell.Protocol.Broadcasts;

/// <summary>What a signed text is. A signature of one kind is never valid for the other.</summary>
public sealed class SignedKind
{
    private SignedKind(string context, int maxPayload) => (Context, MaxPayload) = (context, maxPayload);

    /// <summary>A <see cref="BroadcastRequest"/>, signed by the client.</summary>
    public static SignedKind Request { get; } = new("rsh-broadcast-1", 256 * 1024);

    /// <summary>A <see cref="BroadcastResult"/>, signed by the server.</summary>
    public static SignedKind Result { get; } = new("rsh-result-1", 512 * 1024);

    /// <summary>The text that is signed together with the payload.</summary>
    public string Context { get; }

    /// <summary>Bytes of the payload.</summary>
    public int MaxPayload { get; }
}
