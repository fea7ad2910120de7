using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Keys;
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
/// hold a proof, or name keys that the client can prove. A client whose key of TLS is authorized gets the server's <c>hello</c> before.
/// </remarks>
/// <param name="identity">The server's key.</param>
/// <param name="keys">The keys that may use the server, and those that are revoked.</param>
/// <param name="invitations">The invitations that are not used yet.</param>
/// <param name="penalties">The penalties of addresses.</param>
/// <param name="vouchers">The proofs that were accepted.</param>
/// <param name="places">The places for handshakes.</param>
/// <param name="options">The limits that apply now.</param>
/// <param name="greeting">What the server says first.</param>
/// <param name="audit">Records who is refused or asked for a proof, and whose invitation was used.</param>
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
    ServerGreeting greeting,
    RefusalAudit audit,
    ServerMetrics metrics,
    ILogger log)
{
    private readonly ProofCheck _proofs = new(identity.PublicKey, TimeProvider.System);

    /// <summary>Runs the handshake, and authorizes the client.</summary>
    /// <param name="socket">The socket; owned by this call.</param>
    /// <param name="counted">The connection as it counts against the limits; the caller disposes it.</param>
    /// <param name="next">What an accepted client learns about the server's next key; null: none is planned.</param>
    /// <param name="stopping">Cancelled when the server stops.</param>
    /// <returns>Null if the client was refused or left; the socket is then closed.</returns>
    public async Task<AdmittedClient?> AdmitAsync(
        Socket socket, CountedConnection counted, HelloNextKey? next, CancellationToken stopping)
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

        if (await ShakeHandsAsync(socket, counted, next, stopping) is not var (secure, decision))
            return null;
        if (decision.Key is { } key)
        {
            penalties.Clear(peer);
            return new(secure, key, peer) { Options = decision.Greeted!, Vouched = decision.Vouched, Received = decision.Received };
        }

        Note(peer, secure.Peer, decision);
        await using (secure)
        {
            Task refused = decision.Greeted is { } sent
                ? LingeringClose.RefuseGreetedAsync(secure.Stream, decision.Refusal!, sent, stopping)
                : LingeringClose.RefuseAsync(secure.Stream, decision.Refusal!, greeting.Plain, stopping);
            await refused;
        }

        return null;
    }

    private void Note(Peer peer, PublicKey? shown, Decision decision)
    {
        ErrorMessage refusal = decision.Refusal!;
        if (refusal.Key is { } asked)
        {
            // Less than for a failure: a client that proves the key next is forgiven.
            penalties.Add(peer, PenaltyCause.Asked);
            metrics.CountHandshake("asked");
            audit.Asked(peer, shown, asked);
            log.LogInformation(
                "asked {Peer} {Connection} with key {Fingerprint} for a proof of {Asked}", peer, peer.Mark, shown?.Fingerprint, asked);
            return;
        }

        if (decision.Cause is { } cause)
            penalties.Add(peer, cause, shown);
        metrics.CountHandshake("refused", refusal.Code);
        audit.Refused(peer, shown, refusal.Code, refusal.Text);
        string reason = LogSanitizer.Of(refusal.Text);
        log.LogWarning("refused {Peer} {Connection} with key {Fingerprint}: {Reason}", peer, peer.Mark, shown?.Fingerprint, reason);
    }

    // In a place for a handshake, which it gives back.
    private async Task<(SecureStream Secure, Decision Decision)?> ShakeHandsAsync(
        Socket socket, CountedConnection counted, HelloNextKey? next, CancellationToken stopping)
    {
        Peer peer = counted.Peer;
        using var place = new HandshakePlace(places);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        TimeSpan longest = options.Value.Limits.HandshakeTime;
        time.CancelAfter(longest);
        SecureStream? secure = null;
        long started = Stopwatch.GetTimestamp();
        try
        {
            secure = await SecureStream.AcceptAsync(new SocketStream(socket), identity, time.Token);
            Decision decision = await DecideAsync(secure, counted, next, place, time.Token);
            if (decision.Refusal is not null)
                stopping.ThrowIfCancellationRequested();
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
        if (secure is not null)
            await secure.DisposeAsync();
        return null;
    }

    private async Task<Decision> DecideAsync(
        SecureStream secure, CountedConnection counted, HelloNextKey? next, HandshakePlace place, CancellationToken time)
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
            return await DecideAsync(keys.Read(), secure, shown, counted, next, place, time);
        }
        catch (KeyListException e)
        {
            return Unreadable(e);
        }
    }

    private async Task<Decision> DecideAsync(
        KeyLists lists,
        SecureStream secure,
        PublicKey shown,
        CountedConnection counted,
        HelloNextKey? next,
        HandshakePlace place,
        CancellationToken time)
    {
        ConnectionOptions? greeted = null;
        if (lists.Decide(new(shown, Vouched: null), counted.Peer, DateTime.UtcNow).Permitted is not null)
        {
            // Before the client's frame is read: it may wait for the server's. Others do not wait for it; only the place bounds tunnels.
            if (!counted.Peer.IsTunnel)
                place.Dispose();
            greeted = await GreetAsync(secure, next, time);
        }

        FirstFrame first;
        try
        {
            first = await ReadFirstAsync(secure, time);
        }
        catch (OperationCanceledException) when (greeted is not null)
        {
            // No penalty: its user may have to touch a key.
            string hint = "send hello at once, or prove a key of ssh by a connection that follows";
            return Refusal(ErrorCode.Transport, "no hello came in time", hint) with { Greeted = greeted };
        }

        // Again: the lists may have changed while the client was silent.
        Decision decision = Decide(keys.Read(), shown, first.Hello, counted);
        if (decision.Key is not null)
            greeted ??= await GreetAsync(secure, next, time);
        return decision with { Greeted = greeted, Received = first.Bytes };
    }

    private async Task<ConnectionOptions> GreetAsync(SecureStream secure, HelloNextKey? next, CancellationToken time)
    {
        ConnectionOptions full = greeting.Full(next);
        try
        {
            await Connection.GreetAsync(secure.Stream, full, time);
        }
        catch (IOException)
        {
            // The client has left, which its connection finds too.
        }

        return full;
    }

    private static async Task<FirstFrame> ReadFirstAsync(SecureStream secure, CancellationToken time)
    {
        try
        {
            return await FirstFrame.ReadAsync(secure.Stream, time);
        }
        catch (IOException)
        {
            return new(Bytes: default, Hello: null);
        }
    }

    private Decision Decide(KeyLists lists, PublicKey shown, HelloMessage? hello, CountedConnection counted)
    {
        try
        {
            if (hello?.Keys is { } named && AskFor(named, lists, shown, counted.Peer) is { } question)
                return question;
            VouchedKey? vouched = hello?.Proof is { } proof ? _proofs.Check(proof, shown) : null;
            if (vouched is null && hello?.Key is { } known && known != shown.Fingerprint)
            {
                vouched = vouchers.Find(shown, known);
                // Not under the key of TLS: what the client repeats would run a second time.
                if (vouched is null)
                {
                    return AskFor([known], lists, shown, counted.Peer)
                        ?? NotAuthorized($"the key {known} is not proved, or not authorized here", "ask the server's administrator");
                }
            }

            return Decide(WithInvited(lists, new(shown, vouched), hello, counted), new(shown, vouched), counted) with { Vouched = vouched };
        }
        catch (ProofException e)
        {
            return NotAuthorized(e.Message, e.Hint);
        }
        catch (KeyListException e)
        {
            return Unreadable(e);
        }
    }

    // Null: none of the keys is authorized, or the first one that is needs no proof.
    private Decision? AskFor(IReadOnlyList<string> named, KeyLists lists, PublicKey shown, Peer peer)
    {
        DateTime now = DateTime.UtcNow;
        if (lists.IsRevoked(shown) || lists.FindPermitted(named, peer, now) is not { } key || key == shown.Fingerprint)
            return null;
        bool isProved = vouchers.FindNamed(shown, key).Any(vouched => lists.Decide(new(shown, vouched), peer, now).Permitted is not null);
        ErrorMessage refusal = new()
        {
            Code = ErrorCode.Unauthorized,
            Text = KeyName.AuthorityIn(key) is { } authority
                ? $"a certificate by {authority} is authorized here, and its key must be proved"
                : $"the key {key} is authorized here, and must be proved",
            Hint = "use a client that proves its keys of ssh",
            Key = key,
            Proved = isProved,
        };
        return new() { Refusal = refusal };
    }

    // The lists with the key of a client that has an invitation.
    private KeyLists WithInvited(KeyLists lists, ClientKeys client, HelloMessage? hello, CountedConnection counted)
    {
        if (hello?.Invitation is not { } secret || lists.Has(client))
            return lists;
        PublicKey key = client.Named;
        string name = invitations.Redeem(secret.Span, key);
        audit.Joined(counted.Peer, key, name);
        log.LogInformation(
            "{Peer} {Connection} with key {Fingerprint} has used the invitation of {Name}",
            counted.Peer,
            counted.Peer.Mark,
            key.Fingerprint,
            name);
        return keys.Read();
    }

    private static Decision Decide(KeyLists lists, ClientKeys client, CountedConnection counted)
    {
        KeyDecision decision = lists.Decide(client, counted.Peer, DateTime.UtcNow);
        if (decision.Permitted is not { } permitted)
            return NotAuthorized(decision.Fault!, decision.Hint!);
        return counted.Authorize(permitted.Key) is { } limit ? OverLimit(limit) : new() { Key = permitted };
    }

    private Decision Unreadable(KeyListException e)
    {
        log.LogError("nobody is authorized: {Reason}", e.Message);
        string text = "the server cannot read its list of authorized keys";
        return Refusal(ErrorCode.Unauthorized, text, "the server's administrator finds the reason in its log");
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

        // With which options 'hello' was sent; null: it was not.
        public ConnectionOptions? Greeted { get; init; }

        public VouchedKey? Vouched { get; init; }

        public ReadOnlyMemory<byte> Received { get; init; }
    }
}
