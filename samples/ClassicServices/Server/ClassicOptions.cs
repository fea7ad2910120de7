using System.Net;

namespace ClassicServices.Server;

/// <summary>What the services were told on the command line.</summary>
internal sealed record ClassicOptions
{
    /// <summary>Which services run. Default: all that need no flag.</summary>
    public IReadOnlyList<Service> Services { get; init; } = [.. ServiceTable.All.Where(service => !service.RunsCommands)];

    /// <summary>Where they listen. Default: both loopback addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>Ports other than the usual ones; 0 picks one.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = new Dictionary<string, int>();

    /// <summary>How long a TCP client may be silent. Default: null, 30 s for <c>ack</c> and any time for the others.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>How long nothing follows a message that ends without a newline. Default: 100 ms, longer than between the pieces of one send and shorter than people notice.</summary>
    public TimeSpan MessageGap { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether chat leaves out the time, as the original's first variant does. Default: no.</summary>
    public bool NoTime { get; init; }

    /// <summary>Called with what people want to know of; it must not wait. Default: nothing is said.</summary>
    public Action<string> Say { get; init; } = _ => { };
}
