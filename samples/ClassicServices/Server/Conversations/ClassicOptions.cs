using System.Net;

namespace ClassicServices.Server.Conversations;

/// <summary>The options of the command line.</summary>
internal sealed record ClassicOptions
{
    /// <summary>Longer than the pauses between the pieces of one send, and shorter than people notice.</summary>
    public static readonly TimeSpan DefaultMessageGap = TimeSpan.FromMilliseconds(100);

    /// <summary>The services to run.</summary>
    public required IReadOnlyList<Service> Services { get; init; }

    /// <summary>Where they listen. Default: both loopback addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>Ports that differ from the default, by the name of the service; 0 picks a free port.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = new Dictionary<string, int>();

    /// <summary>How long a TCP client may be silent. Default: null, 30 s for <c>ack</c> and no limit for the others.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>A message without a newline ends when nothing follows for this long. Default: 100 ms.</summary>
    public TimeSpan MessageGap { get; init; } = DefaultMessageGap;

    /// <summary>Whether chat omits the time, as the original's first variant does. Default: no.</summary>
    public bool NoTime { get; init; }

    /// <summary>Receives messages for the administrator; must not block. Default: they are dropped.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
