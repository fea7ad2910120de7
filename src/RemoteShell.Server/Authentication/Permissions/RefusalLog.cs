using Microsoft.Extensions.Logging;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Authentication.Permissions;

/// <summary>Logs what an option of a key has refused, with the place of the option.</summary>
/// <param name="log">The server's log.</param>
/// <param name="key">The client's key.</param>
/// <param name="peer">Who is at the other end.</param>
internal sealed class RefusalLog(ILogger log, AuthorizedKey key, Peer peer)
{
    /// <summary>Logs a refusal.</summary>
    /// <param name="refusal">Why it is refused.</param>
    /// <param name="text">What was asked for.</param>
    public void Report(KeyRefusal refusal, string text)
    {
        string fingerprint = key.Key.Fingerprint;
        if (refusal.Option is { } option)
        {
            log.LogWarning(
                "{Peer} {Connection} {Fingerprint} may not {Request}: refused by {Option} in {File} line {Line}",
                peer,
                peer.Mark,
                fingerprint,
                text,
                option,
                key.File,
                key.LineNumber);
            return;
        }

        log.LogWarning("{Peer} {Connection} {Fingerprint} may not {Request}: {Reason}", peer, peer.Mark, fingerprint, text, refusal.Text);
    }
}
