using System.Net;

namespace RemoteShell.Broker.Tunnels;

/// <summary>The host to which tunnels lead.</summary>
public sealed record TunnelHostOptions
{
    /// <summary>The name under which clients reach the host.</summary>
    public required string Name { get; init; }

    /// <summary>Where the host's server listens: a unix socket, or a port of the loopback address.</summary>
    public required EndPoint Server { get; init; }

    /// <summary>Tunnels at once. Default: 1024. More are refused.</summary>
    public int MaxTunnels { get; init; } = 1024;

    internal TunnelTimes Times { get; init; } = new();
}
