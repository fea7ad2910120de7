using System.Net;

namespace RemoteShell.Cli.Client.Forwarding;

/// <summary>The forwards that a command line and the configuration ask for.</summary>
internal sealed record ForwardPlan
{
    /// <summary>From this machine to targets at the server.</summary>
    public IReadOnlyList<ForwardSpecification> Local { get; init; } = [];

    /// <summary>From the server to targets at this machine.</summary>
    public IReadOnlyList<ForwardSpecification> Remote { get; init; } = [];

    /// <summary>Ports of this machine that speak SOCKS.</summary>
    public IReadOnlyList<ListenPoint> Dynamic { get; init; } = [];

    /// <summary>The address on which this machine listens if none is given.</summary>
    public IPAddress UsualAddress { get; init; } = IPAddress.Loopback;

    /// <summary>What happens if one cannot be set up, or the connection to the server cannot be restored.</summary>
    public ForwardFailure Failure { get; init; } = ForwardFailure.Ends;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Local.Count + Remote.Count + Dynamic.Count == 0;
}
