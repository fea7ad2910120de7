using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Fleet;

/// <summary>Until when a broadcast starts its command, and how much of its output comes with the result.</summary>
public sealed record BroadcastLimits
{
    /// <summary>How long hosts may start the command. Default: 15 s. At most 7 days.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many bytes of output come with a result. Default and most: 64 KiB.</summary>
    public int Inline { get; init; } = BroadcastRequest.MaxInline;

    /// <summary>How long a server keeps output that does not fit into a result. Default: 1 day.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(1);
}
