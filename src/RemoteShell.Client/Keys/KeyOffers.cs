using RemoteShell.Keys;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Keys;

/// <summary>The keys that may stand behind this client's own, one after the other. One connection at a time uses it.</summary>
/// <param name="options">The keys.</param>
internal sealed class KeyOffers(ClientOptions options)
{
    private IReadOnlyList<KeySigner>? _others;
    private int _next;
    private volatile bool _areOver;

    // Null: this client's own key alone.
    private KeySigner? _current = options.Key;

    /// <summary>Whether the server has refused all keys. Thread-safe.</summary>
    public bool AreOver => _areOver || options.Key is not null || options.OtherKeys is null;

    /// <summary>Why the server has refused this client's own key; null if it has not.</summary>
    public CloseReason? FirstRefusal { get; private set; }

    /// <summary>Goes to the next key, after the server has refused the present one.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="cancellationToken">Stops the waiting for the agent.</param>
    /// <returns>False if there is none: the refusal stands.</returns>
    public async Task<bool> TryNextAsync(CloseReason refusal, CancellationToken cancellationToken)
    {
        FirstRefusal ??= refusal;
        _others ??= await ListAsync(cancellationToken).ConfigureAwait(false);
        _areOver = AreOver || _next == _others.Count;
        if (_areOver)
            return false;
        _current = _others[_next++];
        return true;
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

    /// <summary>Lets the present key sign that it stands behind this client's own.</summary>
    /// <param name="server">The key of the server to which this client is connected.</param>
    /// <param name="client">This client's own key.</param>
    /// <param name="cancellationToken">Stops the waiting for the user.</param>
    /// <returns>Null if this client's own key stands for itself.</returns>
    /// <exception cref="KeySignerException">The key cannot sign.</exception>
    public async Task<HelloProof?> ProveAsync(PublicKey server, PublicKey client, CancellationToken cancellationToken)
    {
        if (_current is not { } signer)
            return null;
        long time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        SshSignature signature = await signer
            .SignAsync(KeyProof.Message(server, client, time), KeyProof.Namespace, cancellationToken)
            .ConfigureAwait(false);
        return new() { Signature = signature.ToBytes(), Time = time };
    }
}
