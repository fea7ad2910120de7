using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Server.Connections;

/// <summary>From an accepted socket to an authorized client. Whoever is not let in gets a handshake and one refusal, and none of its frames is read.</summary>
internal sealed class ClientAuthenticator(Identity identity, AuthorizedKeys keys, ConnectionLimiter gate, ServerLimits limits, ConnectionOptions options, ILogger log)
{
    /// <summary>Shakes hands and asks who it is. Null where the client was refused or left; the socket is then closed.</summary>
    /// <param name="socket">Whose it is to close.</param>
    /// <param name="peer">Where it comes from.</param>
    /// <param name="overLimit">What limit the client is over, to be told once words can be said.</param>
    /// <param name="stopping">Ends the wait.</param>
    public async Task<AdmittedClient?> AdmitAsync(Socket socket, IPEndPoint peer, string? overLimit, CancellationToken stopping)
    {
        if (await ShakeHandsAsync(socket, peer, stopping) is not { } secure)
            return null;
        (ErrorMessage? refusal, AuthorizedKey? key) = overLimit is null ? Judge(secure, peer) : (OverLimit(overLimit), null);
        if (key is not null)
            return new(secure, key, peer);

        log.LogWarning("refused {Peer} with key {Fingerprint}: {Reason}", peer, secure.Peer?.Fingerprint, refusal!.Text);
        await LingeringClose.RefuseAsync(secure.Stream, refusal, options, stopping);
        await secure.DisposeAsync();
        return null;
    }

    private async Task<SecureStream?> ShakeHandsAsync(Socket socket, IPEndPoint peer, CancellationToken stopping)
    {
        if (!gate.TryBeginHandshake())
        {
            log.LogWarning("closed {Peer}: {Limit} handshakes are under way already", peer, limits.Handshakes);
            socket.Dispose();
            return null;
        }

        using var time = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        time.CancelAfter(limits.HandshakeTime);
        try
        {
            return await SecureStream.AcceptAsync(new NetworkStream(socket, ownsSocket: true), identity, time.Token);
        }
        catch (OperationCanceledException)
        {
            log.LogInformation("closed {Peer}: no handshake within {Time}", peer, limits.HandshakeTime);
        }
        catch (TransportException e)
        {
            log.LogInformation("closed {Peer}: {Reason}", peer, e.Message);
        }
        finally
        {
            gate.EndHandshake();
        }

        return null;
    }

    private (ErrorMessage? Refusal, AuthorizedKey? Key) Judge(SecureStream secure, IPEndPoint peer)
    {
        if (!secure.SpeaksRsh)
            return (new() { Code = ErrorCode.Transport, Text = $"this server speaks {SecureStream.AlpnName}, and the client did not ask for it by ALPN", Cure = "use rsh-client, or offer the protocol's name" }, null);
        if (secure.Peer is not { } shown)
            return (new() { Code = ErrorCode.Unauthorized, Text = "the client showed no ECDSA P-256 certificate, so nobody knows who it is", Cure = "make a key with: rsh-client keygen" }, null);
        try
        {
            AuthorizedKey? key = keys.Find(shown, (line, fault) => log.LogWarning("{File} line {Line} is ignored: {Fault}", keys.Path, line, fault));
            if (key is null)
                return (Unauthorized($"the key {shown.Fingerprint} is not authorized here", $"at the server, run: rsh-server authorize '{shown}'"), null);
            return key.Fault(peer.Address, DateTime.UtcNow) is { } fault ? (Unauthorized(fault, "ask whoever runs the server"), null) : (null, key);
        }
        catch (Exception e) when (e is PrivateFileException or IOException or UnauthorizedAccessException)
        {
            log.LogError("{File} cannot be used: {Reason}", keys.Path, e.Message);
            return (Unauthorized("the server cannot use its list of authorized keys", "whoever runs the server finds the reason in its log"), null);
        }
    }

    private static ErrorMessage OverLimit(string text) => new() { Code = ErrorCode.Limit, Text = text, Cure = "try again later, or raise the limit at the server" };

    private static ErrorMessage Unauthorized(string text, string cure) => new() { Code = ErrorCode.Unauthorized, Text = text, Cure = cure };
}

/// <summary>A client that may use the server.</summary>
internal sealed record AdmittedClient(SecureStream Secure, AuthorizedKey Key, IPEndPoint Peer);
