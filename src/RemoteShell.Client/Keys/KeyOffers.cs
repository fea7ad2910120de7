using System.Diagnostics;
using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Keys;

/// <summary>With which keys this client comes, one after the other. One connection at a time uses it.</summary>
/// <remarks>
/// A chosen key of ssh comes first, and then this client's own. Without a chosen one, the client names the keys of the agent: the server
/// asks for a proof of the first that is authorized, or else decides by the client's own key.
/// Once a connection was not refused, the key stays: a request that is repeated under another key would run a second time. It does not
/// sign again then, unless the server asks for it: the user may be away, and its terminal in use. The only key of a client that goes on
/// with what an earlier one has begun stays in the same way, from the start.
/// </remarks>
/// <param name="options">The keys.</param>
internal sealed class KeyOffers(ClientOptions options)
{
    // Below KeyProof.LongestAge, for clocks that differ a little.
    private static readonly TimeSpan ReuseTime = TimeSpan.FromMinutes(8);

    private volatile bool _areOver;
    private volatile bool _isSettled;

    // The agent is asked for its keys while the client connects.
    private Task<IReadOnlyList<KeySigner>>? _list;
    private long _listBegun;

    // The keys of the agent that were neither tried nor passed over; null: they are not known yet.
    private IReadOnlyList<KeySigner>? _left;

    // Whether they are named. A chosen key of this client comes before them.
    private bool _areNamed = options.IdentityPem is null;
    private bool _isNaming;
    private bool _isOwnRefused;

    // Null: this client's own key.
    private KeySigner? _current = options.OnlyKey is { } only ? new OnlyKey(only, options) : options.Key;
    private bool _isProved = options.OnlyKey is not null;
    private bool _mustSign;

    // The last signature, of which key, and for which server.
    private KeyOffer? _last;
    private string? _lastKey;
    private PublicKey? _server;

    private CloseReason? _firstRefusal;
    private KeySignerException? _unsigned;

    /// <summary>Whether a refusal stands: no other key is left, or none may follow. Thread-safe.</summary>
    public bool AreOver => _areOver || (!IsWithoutProof && !MayChange);

    /// <summary>Whether the present key is this client's own, without one of ssh behind it.</summary>
    public bool IsOwn => _current is null;

    /// <summary>Whether another key may follow the present one. Thread-safe.</summary>
    public bool MayChange => !_isSettled && options is not ({ OnlyKey: not null } or { Key: null, OtherKeys: null });

    /// <summary>The fingerprint of the present key of ssh; null: the present key is this client's own, or has not signed yet.</summary>
    public string? Fingerprint => _current is null ? null : _lastKey ?? _current.Fingerprint;

    /// <summary>Whether the last offer relied on an earlier proof.</summary>
    private bool IsWithoutProof { get; set; }

    /// <summary>Says that the server has not refused the present key: no other one follows.</summary>
    public void Settle() => _isSettled = true;

    /// <summary>Asks the agent for its keys, if they will be named. Does not wait for it.</summary>
    public void Prepare()
    {
        // An invitation is for this client's own key, unless the user has chosen another one.
        if (_list is not null || !MayChange || !_areNamed || options is not { Key: null, OtherKeys: { } ring, Connection.Invitation: null })
            return;
        _listBegun = Stopwatch.GetTimestamp();
        _list = ListAsync(ring);
    }

    /// <summary>Goes to the next key after the server has refused the present one, or asks for one; or lets the present one sign.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="cancellationToken">Stops the waiting for the agent.</param>
    /// <returns>False if there is none: the refusal stands.</returns>
    public async Task<bool> TryNextAsync(CloseReason refusal, CancellationToken cancellationToken)
    {
        if (IsWithoutProof)
        {
            // The server has forgotten the earlier one.
            _mustSign = true;
            if (_current is OnlyKey only && refusal.AskedKey is null)
                (_firstRefusal, only.IsCertified) = (refusal, true);
            return true;
        }

        if (!AreOver && _isNaming && refusal.AskedKey is { } asked)
            return TryAsked(asked, refusal.IsProved);
        // A question for a key that has not signed refuses nothing.
        if (refusal.AskedKey is null)
            _firstRefusal ??= refusal;
        _areOver = AreOver || !await TryLeftAsync(cancellationToken).ConfigureAwait(false);
        return !_areOver;
    }

    /// <summary>What to report when no key is left.</summary>
    /// <param name="refusal">The last refusal.</param>
    public CloseReason Outcome(CloseReason refusal)
    {
        if (_isSettled)
            return refusal;
        CloseReason first = _firstRefusal ?? refusal;
        return _unsigned is null ? first : first with { Text = $"{first.Text}; {_unsigned.Message}", Hint = _unsigned.Hint ?? first.Hint };
    }

    /// <summary>What to say of keys of ssh. The present one signs that it stands behind this client's own, unless it has lately.</summary>
    /// <param name="server">The key of the server to which this client is connected.</param>
    /// <param name="client">This client's own key.</param>
    /// <param name="cancellationToken">Stops the waiting for the user.</param>
    /// <returns>Null if this client's own key stands for itself.</returns>
    /// <exception cref="KeySignerException">The key cannot sign, and the server has not seen a proof of it before.</exception>
    public async Task<KeyOffer?> OfferAsync(PublicKey server, PublicKey client, CancellationToken cancellationToken)
    {
        (IsWithoutProof, _isNaming) = (false, false);
        if (options.OnlyKey == client.Fingerprint)
            _current = null;
        if (_current is not { } signer)
            return await NameAsync(cancellationToken).ConfigureAwait(false);
        if (_last?.Proof is { } proof && server.Equals(_server) && AgeOf(proof) < ReuseTime)
            return _last;
        string? known = _lastKey ?? signer.Fingerprint;
        if ((_isSettled || _isProved) && !_mustSign && known is not null)
            return WithoutProof(known);
        try
        {
            (_last, _lastKey) = await SignAsync(signer, server, client, cancellationToken).ConfigureAwait(false);
        }
        catch (KeySignerException) when (!_mustSign && known is not null)
        {
            // The agent is gone. The server may know the key behind this client from before.
            return WithoutProof(known);
        }
        catch (KeySignerException e)
        {
            _unsigned = e;
            throw;
        }

        (_server, _mustSign) = (server, false);
        return _last;
    }

    private static TimeSpan AgeOf(HelloProof proof)
        => (DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(proof.Time)).Duration();

    private static async Task<(KeyOffer Offer, string Key)> SignAsync(
        KeySigner signer, PublicKey server, PublicKey client, CancellationToken cancellationToken)
    {
        long time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        SshSignature signature = await signer
            .SignAsync(KeyProof.Message(server, client, time), KeyProof.Namespace, cancellationToken)
            .ConfigureAwait(false);
        string fingerprint = KeyBlob.FingerprintOf(signature.KeyBlob.Span)
            ?? throw new KeySignerException($"{signer.Name} is a key of a type that is not supported");
        return (new() { Proof = new() { Signature = signature.ToBytes(), Time = time } }, fingerprint);
    }

    // An agent that has ended leaves its socket in the environment.
    private static async Task<IReadOnlyList<KeySigner>> ListAsync(KeyRing ring)
    {
        try
        {
            return await ring.ListAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (KeySignerException)
        {
            return [];
        }
    }

    // A server sees a certificate only with a proof. It knows the authority.
    private static string NameOf(KeySigner signer)
        => signer.Authority is { } authority ? KeyName.OfCertificate(authority) : signer.Fingerprint!;

    private KeyOffer WithoutProof(string fingerprint)
    {
        IsWithoutProof = true;
        return new() { Key = fingerprint };
    }

    private async Task<KeyOffer?> NameAsync(CancellationToken cancellationToken)
    {
        Prepare();
        if (!MayChange || _list is not { } list)
            return null;
        if (_left is null)
        {
            TimeSpan patience = options.OtherKeys!.Patience - Stopwatch.GetElapsedTime(_listBegun);
            await ((Task)list)
                .WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!list.IsCompleted)
                return null;
            _left = await list.ConfigureAwait(false);
        }

        _isNaming = _left.Count > 0;
        return _isNaming ? new() { Keys = [.. _left.Select(NameOf).Distinct().Take(HelloMessage.MaxKeys)] } : null;
    }

    private bool TryAsked(string asked, bool isProved)
    {
        IReadOnlyList<KeySigner> left = _left!;
        int index = left.Select(NameOf).ToList().IndexOf(asked);
        if (index < 0)
        {
            _firstRefusal ??= new(ErrorCode.Unauthorized, "the server asks for a proof of a key that this client has not named");
            _areOver = true;
            return false;
        }

        // Those before it are not authorized.
        (_current, _left) = (left[index], [.. left.Skip(index + 1)]);
        (_isProved, _mustSign) = (isProved, !isProved);
        return true;
    }

    private async Task<bool> TryLeftAsync(CancellationToken cancellationToken)
    {
        // An invitation is for the key that the user has chosen.
        if (_current is not null && options.Connection.Invitation is not null)
            return false;
        if (_current is not null)
        {
            (_current, _last, _lastKey) = (null, null, null);
            return !_isOwnRefused || _left?.Count > 0;
        }

        _isOwnRefused = true;
        if (_isNaming || _left is not null || options is not { Key: null, OtherKeys: not null })
            return false;
        // The agent has not answered in time, or was not asked.
        _areNamed = true;
        Prepare();
        _left = await _list!.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _left.Count > 0;
    }
}
