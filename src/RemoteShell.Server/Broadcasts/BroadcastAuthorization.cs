using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Requests;

namespace RemoteShell.Server.Broadcasts;

/// <summary>Finds the options of the key that has signed a request.</summary>
/// <param name="keys">The keys that may use the server.</param>
/// <param name="log">Receives the lines that cannot be read.</param>
internal sealed class BroadcastAuthorization(AuthorizedKeys keys, ILogger log)
{
    /// <summary>The lines of a key; empty if it is not authorized.</summary>
    /// <exception cref="BroadcastException">The file of the keys cannot be used.</exception>
    public IReadOnlyList<AuthorizedKey> FindAll(PublicKey key)
    {
        try
        {
            return keys.FindAll(key, (line, fault) => log.LogWarning("{File} line {Line} is ignored: {Fault}", keys.Path, line, fault));
        }
        catch (Exception e) when (e is PrivateFileException or IOException or UnauthorizedAccessException)
        {
            throw new BroadcastException($"{keys.Path} cannot be used: {e.Message}", e);
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
