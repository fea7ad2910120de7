using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Invitations;
using RemoteShell.Server.Authentication.Lists;
using RemoteShell.Server.Authentication.Vouching;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Server.Connections;

/// <summary>Turns an accepted socket into an authorized client.</summary>
/// <remarks>
/// A client that is not authorized gets a TLS handshake and one refusal. The server reads none of its frames but the first, which may
/// hold a proof.
/// </remarks>
/// <param name="identity">The server's key.</param>
/// <param name="keys">The keys that may use the server, and those that are revoked.</param>
/// <param name="invitations">The invitations that are not used yet.</param>
/// <param name="penalties">The penalties of addresses.</param>
/// <param name="vouchers">The proofs that were accepted.</param>
/// <param name="places">The places for handshakes.</param>
/// <param name="options">The limits that apply now.</param>
/// <param name="refusing">The options of the connection that carries a refusal.</param>
/// <param name="audit">Records who is refused, and whose invitation was used.</param>
/// <param name="metrics">Counts the handshakes.</param>
/// <param name="log">Receives what becomes of each client.</param>
internal sealed class ClientAuthenticator(
    Identity identity,
    KeyFiles keys,
    InvitationFolder invitations,
    Penalties penalties,
    Vouchers vouchers,
    HandshakePlaces places,
    CurrentOptions options,
    ConnectionOptions refusing,
    RefusalAudit audit,
    ServerMetrics metrics,
    ILogger log)
{
    private readonly ProofCheck _proofs = new(identity.PublicKey, TimeProvider.System);

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
            {
                int limit = options.Value.Limits.Handshakes;
                audit.Refused(peer, key: null, ErrorCode.Limit, $"{limit} handshakes are under way already");
                log.LogWarning("closed {Peer} {Connection}: {Limit} handshakes are under way already", peer, peer.Mark, limit);
            }

            metrics.CountHandshake("refused", "busy");
            socket.Dispose();
            return null;
        }

        if (await ShakeHandsAsync(socket, counted, stopping) is not var (secure, decision))
            return null;
        if (decision.Key is { } key)
        {
            penalties.Clear(peer);
            return new(secure, key, peer) { Vouched = decision.Vouched, Received = decision.Received };
        }

        if (decision.Cause is { } cause)
            penalties.Add(peer, cause, secure.Peer);
        metrics.CountHandshake("refused", decision.Refusal!.Code);
        audit.Refused(peer, secure.Peer, decision.Refusal.Code, decision.Refusal.Text);
        string reason = LogSanitizer.Of(decision.Refusal.Text);
        log.LogWarning(
            "refused {Peer} {Connection} with key {Fingerprint}: {Reason}", peer, peer.Mark, secure.Peer?.Fingerprint, reason);
        await using (secure)
            await LingeringClose.RefuseAsync(secure.Stream, decision.Refusal, refusing, stopping);
        return null;
    }

    // In a place for a handshake, which it gives back.
    private async Task<(SecureStream Secure, Decision Decision)?> ShakeHandsAsync(
        Socket socket, CountedConnection counted, CancellationToken stopping)
    {
        Peer peer = counted.Peer;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        TimeSpan longest = options.Value.Limits.HandshakeTime;
        time.CancelAfter(longest);
        SecureStream? secure = null;
        long started = Stopwatch.GetTimestamp();
        try
        {
            secure = await SecureStream.AcceptAsync(new NetworkStream(socket, ownsSocket: true), identity, time.Token);
            Decision decision = await DecideAsync(secure, counted, time.Token);
            metrics.EndHandshake(started);
            return (secure, decision);
        }
        catch (OperationCanceledException)
        {
            metrics.CountHandshake("failed", "slow");
            audit.Refused(peer, key: null, ErrorCode.Transport, "no handshake in time");
            log.LogInformation("closed {Peer} {Connection}: no handshake within {Time}", peer, peer.Mark, longest);
            if (!stopping.IsCancellationRequested)
                penalties.Add(peer, PenaltyCause.Slow);
        }
        catch (Exception e) when (e is TransportException or IOException)
        {
            // A client that only leaves may be a check of the port.
            bool isBroken = e is TransportException { InnerException: not IOException };
            penalties.Add(peer, isBroken ? PenaltyCause.Broken : PenaltyCause.Left);
            metrics.CountHandshake("failed", isBroken ? "broken" : "left");
            audit.Refused(peer, key: null, ErrorCode.Transport, e.Message);
            log.LogInformation("closed {Peer} {Connection}: {Reason}", peer, peer.Mark, e.Message);
        }
        catch
        {
            if (secure is not null)
                await secure.DisposeAsync();
            throw;
        }
        finally
        {
            places.Leave();
        }

        if (secure is not null)
            await secure.DisposeAsync();
        return null;
    }

    private async Task<Decision> DecideAsync(SecureStream secure, CountedConnection counted, CancellationToken time)
    {
        if (counted.OverLimit is { } overLimit)
            return OverLimit(overLimit);
        if (!secure.HasNegotiatedProtocol)
        {
            string text = $"this server speaks {SecureStream.AlpnName}, and the client did not ask for it by ALPN";
            string hint = $"use rsh-client, or offer {SecureStream.AlpnName} in the TLS handshake";
            return Refusal(ErrorCode.Transport, text, hint) with { Cause = PenaltyCause.Broken };
        }

        if (secure.Peer is not { } shown)
            return NotAuthorized("the client sent no certificate with an ECDSA P-256 key", "make a key with: rsh-client keygen");

        try
        {
            KeyLists lists = keys.Read();
            return lists.Has(shown)
                ? Decide(lists, new(shown, Vouched: null), counted)
                : await ProveAsync(secure, shown, counted, time);
        }
        catch (KeyListException e)
        {
            log.LogError("nobody is authorized: {Reason}", e.Message);
            string text = "the server cannot read its list of authorized keys";
            return Refusal(ErrorCode.Unauthorized, text, "the server's administrator finds the reason in its log");
        }
    }

    // The client's own key is not authorized. Another key may stand behind it.
    private async Task<Decision> ProveAsync(SecureStream secure, PublicKey shown, CountedConnection counted, CancellationToken time)
    {
        FirstFrame? first = await ReadFirstAsync(secure, time);
        try
        {
            var client = new ClientKeys(shown, VouchedBy(first?.Hello, shown));
            KeyLists lists = keys.Read();
            if (first?.Hello?.Invitation is { } secret && !lists.Has(client))
            {
                PublicKey key = client.Named;
                string name = invitations.Redeem(secret.Span, key);
                audit.Joined(counted.Peer, key, name);
                log.LogInformation(
                    "{Peer} {Connection} with key {Fingerprint} has used the invitation of {Name}",
                    counted.Peer,
                    counted.Peer.Mark,
                    key.Fingerprint,
                    name);
                lists = keys.Read();
            }

            return Decide(lists, client, counted) with { Vouched = client.Vouched, Received = first?.Bytes ?? default };
        }
        catch (ProofException e)
        {
            return NotAuthorized(e.Message, e.Hint);
        }
    }

    private VouchedKey? VouchedBy(HelloMessage? hello, PublicKey shown) => hello switch
    {
        { Proof: { } proof } => _proofs.Check(proof, shown),
        { Key: { } fingerprint } => vouchers.Find(shown, fingerprint),
        _ => null,
    };

    private async Task<FirstFrame?> ReadFirstAsync(SecureStream secure, CancellationToken time)
    {
        try
        {
            return await FirstFrame.ReadAsync(secure.Stream, time);
        }
        catch (Exception e) when (e is FrameException or IOException)
        {
            // It gets the same refusal as a client that sends no proof.
            return null;
        }
    }

    private static Decision Decide(KeyLists lists, ClientKeys client, CountedConnection counted)
    {
        KeyDecision decision = lists.Decide(client, counted.Peer, DateTime.UtcNow);
        if (decision.Permitted is not { } permitted)
            return NotAuthorized(decision.Fault!, decision.Hint!);
        return counted.Authorize(permitted.Key) is { } limit ? OverLimit(limit) : new() { Key = permitted };
    }

    private static Decision NotAuthorized(string text, string hint)
        => Refusal(ErrorCode.Unauthorized, text, hint) with { Cause = PenaltyCause.Unauthorized };

    private static Decision OverLimit(string text)
        => Refusal(ErrorCode.Limit, text, "try again later, or ask the server's administrator to raise the limit");

    private static Decision Refusal(string code, string text, string hint)
        => new() { Refusal = new() { Code = code, Text = text, Hint = hint } };

    // Either Key or Refusal is set.
    private sealed record Decision
    {
        public AuthorizedKey? Key { get; init; }

        public ErrorMessage? Refusal { get; init; }

        // Null: the client is not at fault.
        public PenaltyCause? Cause { get; init; }

        public VouchedKey? Vouched { get; init; }

        public ReadOnlyMemory<byte> Received { get; init; }
    }
}
