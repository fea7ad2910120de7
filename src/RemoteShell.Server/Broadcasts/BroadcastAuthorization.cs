using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Lists;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Requests;

namespace RemoteShell.Server.Broadcasts;

/// <summary>Finds the options of the key that has signed a request.</summary>
/// <param name="keys">The keys that may use the server, and those that are revoked.</param>
internal sealed class BroadcastAuthorization(KeyFiles keys)
{
    /// <summary>The lines of a key; empty if it is not authorized.</summary>
    /// <exception cref="BroadcastException">The key is revoked, or a file of the keys cannot be used.</exception>
    public IReadOnlyList<AuthorizedKey> FindAll(PublicKey key)
    {
        try
        {
            KeyLists lists = keys.Read();
            return lists.IsRevoked(key) ? throw new BroadcastException($"the key {key.Fingerprint} is revoked") : lists.LinesOf(key);
        }
        catch (KeyListException e)
        {
            throw new BroadcastException(e.Message, e);
        }
    }

    /// <summary>The first line that permits a signed request now.</summary>
    /// <exception cref="RefusalException">None does.</exception>
    public static AuthorizedKey Permitted(IReadOnlyList<AuthorizedKey> lines)
    {
        DateTime now = DateTime.UtcNow;
        return lines.FirstOrDefault(line => Fault(line, now) is null)
            ?? throw new RefusalException(ErrorCode.Unauthorized, Fault(lines[0], now)!, "ask the server's administrator");
    }

    private static string? Fault(AuthorizedKey line, DateTime now) => line.From.Count > 0
        ? "the key is permitted from certain addresses only, and a signed request has none"
        : line.Fault(Peer.Tunnel(0), now);
}
