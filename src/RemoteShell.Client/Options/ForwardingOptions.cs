namespace RemoteShell.Client;

/// <summary>How connections are forwarded.</summary>
public sealed record ForwardingOptions
{
    /// <summary>What happens to forwarded connections while the connection to the server is lost.</summary>
    /// <remarks>Default: the server keeps them for 60 s, then it resets them.</remarks>
    public DisconnectPolicy OnDisconnect { get; init; } = DisconnectPolicy.KeepFor(TimeSpan.FromSeconds(60));

    /// <summary>Counts connections and bytes. Default: null, nothing is counted.</summary>
    public ForwardTraffic? Traffic { get; init; }

    /// <summary>Called with the reason when one connection cannot be carried. Default: null, nothing is called.</summary>
    /// <remarks>It is called on any thread, also on several at once, and must not block.</remarks>
    public Action<string>? Failed { get; init; }
}
