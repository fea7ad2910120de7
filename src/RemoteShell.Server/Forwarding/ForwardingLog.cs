using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Forwarding;

/// <summary>Logs what is forwarded for a client, and records it in the audit journal.</summary>
/// <param name="log">The server's log.</param>
/// <param name="audit">The audit journal.</param>
/// <param name="client">The client, with its key.</param>
internal sealed class ForwardingLog(ILogger log, AuditJournal audit, AuditClient client)
{
    /// <summary>The id of the job; null: the connection belongs to no job.</summary>
    public string? Job { get; init; }

    private Peer Peer => client.Peer;

    public void Connected(string target)
    {
        audit.Write(LineOf(AuditEvent.ForwardOpen, target));
        log.LogInformation(
            "{Peer} {Connection} {Fingerprint} is forwarded to {Target}", Peer, Peer.Mark, client.Key?.Fingerprint, target);
    }

    public void Disconnected(string target, long sent, long received)
    {
        audit.Write(LineOf(AuditEvent.ForwardClose, target) with
        {
            Streams = new Dictionary<string, AuditStream> { ["sent"] = new(sent), ["received"] = new(received) },
        });
        log.LogInformation(
            "{Peer} {Connection}: the connection to {Target} has ended: {Sent} bytes sent, {Received} received",
            Peer,
            Peer.Mark,
            target,
            sent,
            received);
    }

    public void Listening(ListenPlace place, string address)
    {
        audit.Write(LineOf(AuditEvent.Listen, address));
        string? fingerprint = client.Key?.Fingerprint;
        if (place.Agent)
            log.LogInformation("{Peer} {Connection} {Fingerprint} forwards its agent to {Place}", Peer, Peer.Mark, fingerprint, address);
        else
            log.LogInformation("{Peer} {Connection} {Fingerprint} is forwarded from {Place}", Peer, Peer.Mark, fingerprint, address);
    }

    /// <summary>Records a connection that was accepted.</summary>
    /// <param name="from">Who has connected, or the place if that is not known.</param>
    /// <returns>Whether it may be passed on; false: the audit journal is required, and cannot be written.</returns>
    public bool TryAccept(string from) => audit.Write(LineOf(AuditEvent.ForwardAccept, from));

    public void Closed(string address, long accepted)
    {
        audit.Write(LineOf(AuditEvent.ListenClose, address) with { Accepted = accepted });
        log.LogInformation(
            "{Peer} {Connection}: {Place} is not forwarded any more: {Accepted} connections accepted", Peer, Peer.Mark, address, accepted);
    }

    private AuditLine LineOf(string what, string place) => (client.Line(what) with { Job = Job }).WithWhat(place);
}
