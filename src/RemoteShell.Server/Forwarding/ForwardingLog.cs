using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Forwarding;

/// <summary>Logs what is forwarded for a client.</summary>
/// <param name="log">The server's log.</param>
/// <param name="key">The client's key.</param>
/// <param name="peer">Who is at the other end.</param>
internal sealed class ForwardingLog(ILogger log, PublicKey key, Peer peer)
{
    public void Connected(string target)
        => log.LogInformation("{Peer} {Fingerprint} is forwarded to {Target}", peer, key.Fingerprint, target);

    public void Disconnected(string target, long sent, long received) => log.LogInformation(
        "{Peer}: the connection to {Target} has ended: {Sent} bytes sent, {Received} received", peer, target, sent, received);

    public void Listening(ListenPlace place, string address)
    {
        if (place.Agent)
            log.LogInformation("{Peer} {Fingerprint} forwards its agent to {Place}", peer, key.Fingerprint, address);
        else
            log.LogInformation("{Peer} {Fingerprint} is forwarded from {Place}", peer, key.Fingerprint, address);
    }

    public void Closed(string address, long accepted) => log.LogInformation(
        "{Peer}: {Place} is not forwarded any more: {Accepted} connections accepted", peer, address, accepted);
}
