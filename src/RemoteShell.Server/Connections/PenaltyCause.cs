namespace RemoteShell.Server.Connections;

/// <summary>Why an address gets a penalty. The times are those of sshd's PerSourcePenalties, which has no question.</summary>
/// <param name="Text">What its client did, for people.</param>
/// <param name="Time">The time of the first penalty.</param>
internal sealed record PenaltyCause(string Text, TimeSpan Time)
{
    /// <summary>The client's key may not use the server.</summary>
    public static PenaltyCause Unauthorized { get; } = new("its key was refused", TimeSpan.FromSeconds(5));

    /// <summary>The client has named a key that may use the server, and was asked for its proof.</summary>
    public static PenaltyCause Asked { get; } = new("it named keys without a proof", TimeSpan.FromMilliseconds(250));

    /// <summary>The handshake failed, or the client does not speak this protocol.</summary>
    public static PenaltyCause Broken { get; } = new("its handshake failed", TimeSpan.FromSeconds(10));

    /// <summary>The handshake did not end in time.</summary>
    public static PenaltyCause Slow { get; } = new("its handshake did not end in time", TimeSpan.FromSeconds(10));

    /// <summary>The client left before the handshake had ended.</summary>
    public static PenaltyCause Left { get; } = new("it left during the handshake", TimeSpan.FromSeconds(1));
}
