using System.Diagnostics;

namespace RemoteShell.Fleet.Execution;

/// <summary>Notes how far a host is, and since when.</summary>
internal sealed class HostWatch
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>When this client began with it.</summary>
    public DateTimeOffset Started { get; } = DateTimeOffset.UtcNow;

    /// <summary>How far it is.</summary>
    public HostStage Stage { get; private set; }

    /// <summary>The time that the connection took; zero if there is none.</summary>
    public TimeSpan Connecting { get; private set; }

    /// <summary>Notes that there is a connection.</summary>
    public void Connected() => (Stage, Connecting) = (HostStage.Asked, Stopwatch.GetElapsedTime(_start));

    /// <summary>Notes that the request is left.</summary>
    /// <param name="isConnected">Whether there is a connection at this moment.</param>
    public void Left(bool isConnected) => Stage = isConnected ? HostStage.Asked : HostStage.Cut;
}
