using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Audit;

/// <summary>Records who is let in by an invitation, who is asked for a proof, and who is refused.</summary>
/// <param name="journal">The audit journal.</param>
/// <param name="budget">Bounds the refusals.</param>
/// <param name="questions">Bounds the questions, which must not take the place of refusals.</param>
internal sealed class RefusalAudit(AuditJournal journal, RefusalBudget budget, RefusalBudget questions)
{
    /// <summary>A client was refused before it could make a request.</summary>
    /// <param name="peer">The client.</param>
    /// <param name="key">Its key; null: it has shown none.</param>
    /// <param name="code">The code of the refusal.</param>
    /// <param name="reason">Why.</param>
    public void Refused(Peer peer, PublicKey? key, string code, string reason)
    {
        if (budget.Take() is not { } leftOut)
            return;
        journal.Write(new AuditClient(peer, key).Line(AuditEvent.Refuse) with
        {
            Outcome = code,
            Reason = reason,
            LeftOut = leftOut > 0 ? leftOut : null,
        });
    }

    /// <summary>A client was asked for the proof of a key of ssh.</summary>
    /// <param name="peer">The client.</param>
    /// <param name="key">Its key of TLS.</param>
    /// <param name="asked">The fingerprint of the key of ssh.</param>
    public void Asked(Peer peer, PublicKey? key, string asked)
    {
        if (questions.Take() is not { } leftOut)
            return;
        AuditLine line = new AuditClient(peer, key).Line(AuditEvent.Ask).WithWhat(asked);
        journal.Write(line with { LeftOut = leftOut > 0 ? leftOut : null });
    }

    /// <summary>A client has used an invitation, which adds its key to the list.</summary>
    public void Joined(Peer peer, PublicKey key, string name)
        => journal.Write((new AuditClient(peer, key).Line(AuditEvent.Keys) with { Verb = "join" }).WithWhat($"the invitation of {name}"));
}
