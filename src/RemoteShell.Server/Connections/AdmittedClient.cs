using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Vouching;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Connections;

/// <summary>A client that may use the server. The owner disposes the stream.</summary>
/// <param name="Secure">The stream.</param>
/// <param name="Key">The key that the client may use, with its options.</param>
/// <param name="Peer">Who is at the other end.</param>
internal sealed record AdmittedClient(SecureStream Secure, AuthorizedKey Key, Peer Peer)
{
    /// <summary>The options with which <c>hello</c> was sent.</summary>
    public required ConnectionOptions Options { get; init; }

    /// <summary>The key of ssh behind the client's key of TLS; null if that is <see cref="Key"/> itself.</summary>
    public VouchedKey? Vouched { get; init; }

    /// <summary>What was read from the stream already.</summary>
    public ReadOnlyMemory<byte> Received { get; init; }
}
