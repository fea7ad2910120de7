using RemoteShell.Keys;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Keys;

/// <summary>The keys that may stand behind this client's own, one after the other. One connection at a time uses it.</summary>
/// <remarks>
/// Once a connection was not refused, the key stays: a request that is repeated under another key would run a second time. It does not
/// sign again then, unless the server asks for it: the user may be away, and its terminal in use.
/// </remarks>
/// <param name="options">The keys.</param>
internal sealed class KeyOffers(ClientOptions options)
{
    // Below KeyProof.LongestAge, for clocks that differ a little.
    private static readonly TimeSpan ReuseTime = TimeSpan.FromMinutes(8);

    private IReadOnlyList<KeySigner>? _others;
    private int _next;
    private volatile bool _areOver;
    private volatile bool _isSettled;
    private bool _mustSign;

    // The last signature, and for which server.
    private KeyOffer? _last;
    private PublicKey? _server;

    // Null: this client's own key alone.
    private KeySigner? _current = options.Key;

    /// <summary>Whether a refusal stands: no other key is left, or none may follow. Thread-safe.</summary>
    public bool AreOver => _areOver || (!IsWithoutProof && (_isSettled || options.Key is not null || options.OtherKeys is null));

    /// <summary>Whether the present key is this client's own, without one of ssh behind it.</summary>
    public bool IsOwn => _current is null;

    /// <summary>Why the server has refused this client's own key; null if it has not.</summary>
    public CloseReason? FirstRefusal { get; private set; }

    /// <summary>Whether the last offer relied on an earlier proof.</summary>
    private bool IsWithoutProof { get; set; }

    /// <summary>Says that the server has not refused the present key: no other one follows.</summary>
    public void Settle() => _isSettled = true;

    /// <summary>Goes to the next key, after the server has refused the present one; or lets the present one sign.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="cancellationToken">Stops the waiting for the agent.</param>
    /// <returns>False if there is none: the refusal stands.</returns>
    public async Task<bool> TryNextAsync(CloseReason refusal, CancellationToken cancellationToken)
    {
        FirstRefusal ??= refusal;
        if (IsWithoutProof)
        {
            // The server has forgotten the earlier one.
            _mustSign = true;
            return true;
        }

        if (AreOver)
        {
            _areOver = true;
            return false;
        }

        _others ??= await ListAsync(cancellationToken).ConfigureAwait(false);
        _areOver = _next == _others.Count;
        if (_areOver)
            return false;
        _current = _others[_next++];
        _last = null;
        return true;
    }

    /// <summary>Lets the present key sign that it stands behind this client's own, unless it has done so lately.</summary>
    /// <param name="server">The key of the server to which this client is connected.</param>
    /// <param name="client">This client's own key.</param>
    /// <param name="cancellationToken">Stops the waiting for the user.</param>
    /// <returns>Null if this client's own key stands for itself.</returns>
    /// <exception cref="KeySignerException">The key cannot sign, and the server has not seen a proof of it before.</exception>
    public async Task<KeyOffer?> OfferAsync(PublicKey server, PublicKey client, CancellationToken cancellationToken)
    {
        IsWithoutProof = false;
        if (_current is not { } signer)
            return null;
        if (_last?.Proof is { } proof && server.Equals(_server) && AgeOf(proof) < ReuseTime)
            return _last;
        string? known = _last?.Fingerprint ?? signer.Fingerprint;
        if (_isSettled && !_mustSign && known is not null)
            return WithoutProof(known);
        try
        {
            _last = await SignAsync(signer, server, client, cancellationToken).ConfigureAwait(false);
        }
        catch (KeySignerException) when (!_mustSign && known is not null)
        {
            // The agent is gone. The server may know the key behind this client from before.
            return WithoutProof(known);
        }

        (_server, _mustSign) = (server, false);
        return _last;
    }

    private static TimeSpan AgeOf(HelloProof proof)
        => (DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds(proof.Time)).Duration();

    private static async Task<KeyOffer> SignAsync(
        KeySigner signer, PublicKey server, PublicKey client, CancellationToken cancellationToken)
    {
        long time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        SshSignature signature = await signer
            .SignAsync(KeyProof.Message(server, client, time), KeyProof.Namespace, cancellationToken)
            .ConfigureAwait(false);
        string fingerprint = KeyBlob.FingerprintOf(signature.KeyBlob.Span)
            ?? throw new KeySignerException($"{signer.Name} is a key of a type that is not supported");
        return new(fingerprint, new() { Signature = signature.ToBytes(), Time = time });
    }

    private KeyOffer WithoutProof(string fingerprint)
    {
        IsWithoutProof = true;
        return new(fingerprint, Proof: null);
    }

    // An agent that has ended leaves its socket in the environment.
    private async Task<IReadOnlyList<KeySigner>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return options.OtherKeys is { } ring ? await ring.ListAsync(cancellationToken).ConfigureAwait(false) : [];
        }
        catch (KeySignerException)
        {
            return [];
        }
    }
}
