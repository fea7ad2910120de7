using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Client.Routes;

/// <summary>Which addresses a connection may use.</summary>
/// <param name="From">The address of this machine; null: the system chooses one.</param>
/// <param name="Family">The family of addresses; unspecified: any.</param>
internal sealed record LocalChoice(IPAddress? From, AddressFamily Family)
{
    /// <summary>All addresses.</summary>
    public static LocalChoice Any { get; } = new(null, AddressFamily.Unspecified);

    /// <summary>Whether a connection to this address is allowed and possible.</summary>
    public bool Permits(IPAddress address)
        => (Family == AddressFamily.Unspecified || address.AddressFamily == Family)
            && (From is null || address.AddressFamily == From.AddressFamily);
}
