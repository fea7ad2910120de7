using RemoteShell.Broker.Tunnels;

namespace RemoteShell.Broker.Tests.Tunnels;

/// <summary>Short pauses, so that what a tunnel finds out by them is found soon.</summary>
internal static class TestTimes
{
    /// <summary>Only silence takes as long as it does by default.</summary>
    public static TunnelTimes Short { get; } = new()
    {
        Repetition = TimeSpan.FromMilliseconds(100),
        Alive = TimeSpan.FromMilliseconds(100),
    };

    /// <summary>Silence is found soon too.</summary>
    public static TunnelTimes Impatient { get; } = Short with { Silence = TimeSpan.FromSeconds(2) };
}
