using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>A TCP connection that another server makes. It sees ciphertext only, and must permit the target.</summary>
/// <param name="jump">The other server, with a route of its own. Each connection has a connection of its own to it.</param>
public sealed class JumpRoute(ClientOptions jump) : Route
{
    /// <summary>The other server.</summary>
    internal ClientOptions Options => jump;

    /// <inheritdoc/>
    internal override async Task<Route> PrepareAsync(CancellationToken cancellationToken)
    {
        // This connection does not reconnect: a lost one ends what it forwards. The next attempt makes a new one.
        ClientOptions once = jump with
        {
            GiveUp = TimeSpan.Zero,
            // A forwarded connection is not repeated: of several keys, the right one is found before.
            Authorization = jump is { Key: null, OtherKeys: null } ? AuthorizationCheck.OnFirstRequest : AuthorizationCheck.OnConnect,
        };
        return new ReachedJump(jump.Host, await RemoteShellClient.ConnectAsync(once, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    protected internal override async Task<Stream> OpenAsync(HostAddress host, CancellationToken cancellationToken)
    {
        Route reached = await PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await reached.OpenAsync(host, cancellationToken).ConfigureAwait(false);
    }
}
