using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>The keys of a run: each is read once for all of its hosts.</summary>
internal sealed class IdentityCache : IDisposable
{
    private readonly Dictionary<string, Identity> _known = new(StringComparer.Ordinal);

    /// <summary>The options with the key that they name. Creates this client's key, with a message, if there is none.</summary>
    public ClientOptions With(ClientOptions options)
    {
        string name = options.IdentityPem ?? options.IdentityFile;
        if (!_known.TryGetValue(name, out Identity? identity))
        {
            bool isNew = options.IdentityPem is null && !File.Exists(options.IdentityFile);
            identity = options.IdentityPem is { } pem ? Identity.FromPem(pem) : Identity.LoadOrCreate(options.IdentityFile);
            _known[name] = identity;
            if (isNew)
                UserMessages.Say($"created a key for this client: {identity.PublicKey.Fingerprint}");
        }

        return options with { Identity = identity };
    }

    public void Dispose()
    {
        foreach (Identity identity in _known.Values)
            identity.Dispose();
    }
}
