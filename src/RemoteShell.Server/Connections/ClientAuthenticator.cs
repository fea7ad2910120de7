using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Connections;

/// <summary>Turns an accepted socket into an authorized client.</summary>
/// <remarks>A client that is not authorized gets a TLS handshake and one refusal; the server reads none of its frames.</remarks>
/// <param name="identity">The server's key.</param>
/// <param name="keys">The keys that may use the server.</param>
/// <param name="places">The places for handshakes.</param>
/// <param name="options">The limits that apply now.</param>
/// <param name="refusing">The options of the connection that carries a refusal.</param>
/// <param name="log">Receives what becomes of each client.</param>
internal sealed class ClientAuthenticator(
    Identity identity,
    AuthorizedKeys keys,
    HandshakePlaces places,
    CurrentOptions options,
    ConnectionOptions refusing,
    ILogger log)
{
    private const string AdministratorHint = "ask the server's administrator";

    /// <summary>Runs the handshake, and authorizes the client.</summary>
    /// <param name="socket">The socket; owned by this call.</param>
    /// <param name="counted">The connection as it counts against the limits; the caller disposes it.</param>
    /// <param name="stopping">Cancelled when the server stops.</param>
    /// <returns>Null if the client was refused or left; the socket is then closed.</returns>
    public async Task<AdmittedClient?> AdmitAsync(Socket socket, CountedConnection counted, CancellationToken stopping)
    {
        Peer peer = counted.Peer;
        // A client over a limit does not wait: the queue is for those that may use the server.
        bool hasPlace = counted.OverLimit is null ? await places.EnterAsync(peer, stopping) : places.TryEnter();
        if (!hasPlace)
        {
            if (!stopping.IsCancellationRequested)
                log.LogWarning("closed {Peer}: {Limit} handshakes are under way already", peer, options.Value.Limits.Handshakes);
            socket.Dispose();
            return null;
        }

        if (await ShakeHandsAsync(socket, peer, stopping) is not { } secure)
            return null;
        (ErrorMessage? refusal, AuthorizedKey? key) = Authorize(secure, counted);
        if (key is not null)
            return new(secure, key, peer);

        log.LogWarning("refused {Peer} with key {Fingerprint}: {Reason}", peer, secure.Peer?.Fingerprint, refusal!.Text);
        await LingeringClose.RefuseAsync(secure.Stream, refusal, refusing, stopping);
        await secure.DisposeAsync();
        return null;
    }

    // In a place for a handshake, which it gives back.
    private async Task<SecureStream?> ShakeHandsAsync(Socket socket, Peer peer, CancellationToken stopping)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        TimeSpan longest = options.Value.Limits.HandshakeTime;
        time.CancelAfter(longest);
        try
        {
            return await SecureStream.AcceptAsync(new NetworkStream(socket, ownsSocket: true), identity, time.Token);
        }
        catch (OperationCanceledException)
        {
            log.LogInformation("closed {Peer}: no handshake within {Time}", peer, longest);
        }
        catch (TransportException e)
        {
            log.LogInformation("closed {Peer}: {Reason}", peer, e.Message);
        }
        finally
        {
            places.Leave();
        }

        return null;
    }

    private (ErrorMessage? Refusal, AuthorizedKey? Key) Authorize(SecureStream secure, CountedConnection counted)
    {
        if (counted.OverLimit is { } overLimit)
            return (OverLimit(overLimit), null);
        if (!secure.HasNegotiatedProtocol)
        {
            string text = $"this server speaks {SecureStream.AlpnName}, and the client did not ask for it by ALPN";
            return (Refusal(ErrorCode.Transport, text, $"use rsh-client, or offer {SecureStream.AlpnName} in the TLS handshake"), null);
        }

        if (secure.Peer is not { } shown)
        {
            string text = "the client sent no certificate with an ECDSA P-256 key";
            return (Refusal(ErrorCode.Unauthorized, text, "make a key with: rsh-client keygen"), null);
        }

        try
        {
            IReadOnlyList<AuthorizedKey> lines = keys.FindAll(shown, LogUnreadableLine);
            if (lines.Count == 0)
            {
                string text = $"the key {shown.Fingerprint} is not authorized here";
                return (Refusal(ErrorCode.Unauthorized, text, $"at the server, run: rsh-server authorize '{shown}'"), null);
            }

            DateTime now = DateTime.UtcNow;
            if (lines.FirstOrDefault(line => line.Fault(counted.Peer, now) is null) is not { } permitted)
                return (Refusal(ErrorCode.Unauthorized, lines[0].Fault(counted.Peer, now)!, AdministratorHint), null);
            return counted.Authorize(shown) is { } limit ? (OverLimit(limit), null) : (null, permitted);
        }
        catch (Exception e) when (e is PrivateFileException or IOException or UnauthorizedAccessException)
        {
            log.LogError("{File} cannot be used: {Reason}", keys.Path, e.Message);
            string text = "the server cannot read its list of authorized keys";
            return (Refusal(ErrorCode.Unauthorized, text, "the server's administrator finds the reason in its log"), null);
        }
    }

    private void LogUnreadableLine(int line, string fault)
        => log.LogWarning("{File} line {Line} is ignored: {Fault}", keys.Path, line, fault);

    private static ErrorMessage OverLimit(string text)
        => Refusal(ErrorCode.Limit, text, "try again later, or ask the server's administrator to raise the limit");

    private static ErrorMessage Refusal(string code, string text, string hint) => new() { Code = code, Text = text, Hint = hint };
}
