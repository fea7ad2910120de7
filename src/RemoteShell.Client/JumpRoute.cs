using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>A TCP connection that another server makes. It sees ciphertext only, and must permit the target.</summary>
/// <param name="jump">The other server, with a route of its own. Each connection has a connection of its own to it.</param>
public sealed class JumpRoute(ClientOptions jump) : Route
{
    /// <summary>The other server.</summary>
    internal ClientOptions Options => jump;

    /// <inheritdoc/>
    protected internal override async Task<Stream> OpenAsync(HostAddress host, CancellationToken cancellationToken)
    {
        // This connection does not reconnect: a lost one ends what it forwards. The next attempt makes a new one.
        ClientOptions once = jump with
        {
            GiveUp = TimeSpan.Zero,
            // A forwarded connection is not repeated: of several keys, the right one is found before.
            Authorization = jump.OtherKeys is null ? AuthorizationCheck.OnFirstRequest : AuthorizationCheck.OnConnect,
        };
        RemoteShellClient client = await RemoteShellClient.ConnectAsync(once, cancellationToken).ConfigureAwait(false);
        try
        {
            Stream forwarded = await client.ForwardAsync(host.Host, host.Port, cancellationToken).ConfigureAwait(false);
            return new JumpStream(forwarded, client);
        }
        catch (RequestRefusedException e)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw new ConnectFailedException($"{jump.Host} does not connect to {host}: {e.Message}", e) { Hint = e.Hint };
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
