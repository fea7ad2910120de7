using RemoteShell.Keys;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Keys;

/// <summary>The keys that may stand behind this client's own, one after the other. One connection at a time uses it.</summary>
/// <param name="options">The keys.</param>
internal sealed class KeyOffers(ClientOptions options)
{
    private int _next;
    private volatile bool _areOver;

    // Null: this client's own key alone.
    private KeySigner? _current = options.Key;

    /// <summary>Whether the server has refused all keys. Thread-safe.</summary>
    public bool AreOver => _areOver || options.Key is not null || options.OtherKeys.Count == 0;

    /// <summary>Why the server has refused this client's own key; null if it has not.</summary>
    public CloseReason? FirstRefusal { get; private set; }

    /// <summary>Goes to the next key, after the server has refused the present one.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <returns>False if there is none: the refusal stands.</returns>
    public bool TryNext(CloseReason refusal)
    {
        FirstRefusal ??= refusal;
        if (AreOver || _next == options.OtherKeys.Count)
        {
            _areOver = true;
            return false;
        }

        _current = options.OtherKeys[_next++];
        return true;
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
