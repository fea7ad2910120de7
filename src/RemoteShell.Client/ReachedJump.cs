using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>A connection to a jump host, which makes one connection further.</summary>
/// <param name="jump">The jump host.</param>
/// <param name="client">The connection. <see cref="OpenAsync"/> disposes it if it fails; else the stream does.</param>
internal sealed class ReachedJump(HostAddress jump, RemoteShellClient client) : Route
{
    protected internal override async Task<Stream> OpenAsync(HostAddress host, CancellationToken cancellationToken)
    {
        try
        {
            Stream forwarded = await client.ForwardAsync(host.Host, host.Port, cancellationToken).ConfigureAwait(false);
            return new JumpStream(forwarded, client);
        }
        catch (RequestRefusedException e)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw new ConnectFailedException($"{jump} does not connect to {host}: {e.Message}", e) { Hint = e.Hint };
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
