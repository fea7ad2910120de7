namespace RemoteShell.Broker.Tunnels;

/// <summary>The pauses and time limits of a tunnel.</summary>
internal sealed record TunnelTimes
{
    /// <summary>When to repeat a request for a tunnel that has no answer. Default: 2 s.</summary>
    /// <remarks>The request, or its answer, may be lost; the host knows the tunnel by its id.</remarks>
    public TimeSpan Repetition { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often each end says that it is there. Default: 5 s.</summary>
    public TimeSpan Alive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After this time without a message, the other end is lost. Default: 20 s.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(20);
}
