using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Requests;

namespace RemoteShell.Server.Broadcasts;

/// <summary>Records the signed requests that are refused.</summary>
/// <remarks>Who brings a request can bring it again and again. So those of authorized keys have a budget too.</remarks>
/// <param name="journal">The audit journal.</param>
/// <param name="unauthorized">Bounds the lines about requests without an authorized key; shared with those about connections.</param>
/// <param name="authorized">Bounds the lines about requests that an authorized key has signed.</param>
internal sealed class BroadcastAudit(AuditJournal journal, RefusalBudget unauthorized, RefusalBudget authorized)
{
    /// <summary>A request that gets no answer.</summary>
    /// <param name="text">The request; null: the bytes are not one.</param>
    /// <param name="signer">The key that has signed it; null: none is known.</param>
    /// <param name="reason">Why.</param>
    public void Unanswered(SignedText? text, PublicKey? signer, string reason)
    {
        string code = text is null ? ErrorCode.BadRequest : ErrorCode.Unauthorized;
        Write(unauthorized, new(Peer.Tunnel(0), signer), text?.PayloadHash, code, reason);
    }

    /// <summary>A request that an authorized key has signed, and whose answer is a refusal.</summary>
    /// <param name="text">The request.</param>
    /// <param name="client">The key.</param>
    /// <param name="refusal">The refusal.</param>
    public void Refused(SignedText text, AuthorizedKey client, RefusalException refusal)
        => Write(authorized, new(Peer.Tunnel(0), client.Key, client.Comment), text.PayloadHash, refusal.Code, refusal.Message);

    private void Write(RefusalBudget budget, AuditClient client, string? request, string code, string reason)
    {
        if (budget.Take() is not { } leftOut)
            return;
        journal.Write(client.Line(AuditEvent.Refuse) with
        {
            Request = request,
            Outcome = code,
            Reason = KeptText.Of(reason),
            LeftOut = leftOut > 0 ? leftOut : null,
        });
    }
}
