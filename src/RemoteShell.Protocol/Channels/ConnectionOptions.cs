using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Channels;

/// <summary>How one end of a connection behaves.</summary>
public sealed record ConnectionOptions
{
    /// <summary>Program and version, told to the peer. Default: empty.</summary>
    public string Agent { get; init; } = "";

    /// <summary>Text for people at the other end, told with the hello. Default: none.</summary>
    public string? MessageOfTheDay { get; init; }

    /// <summary>What this end is ready to receive. Default: <see cref="FrameLimits.Default"/>.</summary>
    public FrameLimits Limits { get; init; } = FrameLimits.Default;

    /// <summary>Channels that the peer may have open at once. Default: 64.</summary>
    public int MaxChannels { get; init; } = 64;

    /// <summary>Silence after which this end asks whether the peer is there. Default: 15 s.</summary>
    public TimeSpan KeepaliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Silence after which the connection counts as lost. Default: 45 s.</summary>
    public TimeSpan KeepaliveTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Time for the last frames of a connection to be taken by the peer. Default: 2 s.</summary>
    public TimeSpan CloseGrace { get; init; } = TimeSpan.FromSeconds(2);
}
