using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Routes;

/// <summary>Opens one TCP connection to a host with several addresses, some of which may not answer (RFC 8305).</summary>
internal static class HappyEyeballs
{
    // RFC 8305, section 8: how long an attempt runs before the next one starts beside it.
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects to the first address that answers.</summary>
    /// <exception cref="SocketException">The host does not exist, or none of its addresses answers.</exception>
    public static async Task<Socket> ConnectAsync(HostAddress host, LocalChoice choice, CancellationToken cancellationToken)
    {
        // The system resolves both families at once, and sorts the addresses (RFC 6724).
        IPAddress[] addresses = IPAddress.TryParse(host.Host, out IPAddress? literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host.Host, cancellationToken).ConfigureAwait(false);
        IPEndPoint[] places = [.. InTurns([.. addresses.Where(choice.Permits)]).Select(address => new IPEndPoint(address, host.Port))];
        return await ConnectAsync(places, choice, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects to the first place that answers.</summary>
    /// <remarks>Each attempt starts when the earlier ones have failed or had their delay.</remarks>
    internal static async Task<Socket> ConnectAsync(
        IReadOnlyList<IPEndPoint> places, LocalChoice choice, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<Socket>> running = [];
        Exception? first = null;
        int next = 0;
        try
        {
            while (true)
            {
                if (next < places.Count)
                    running.Add(AttemptAsync(places[next++], choice, over.Token));
                else if (running.Count == 0)
                    throw first ?? new SocketException((int)SocketError.HostNotFound);
                if (await FirstAsync(running, next < places.Count, over.Token).ConfigureAwait(false) is not { } ended)
                    continue;
                running.Remove(ended);
                try
                {
                    return await ended.ConfigureAwait(false);
                }
                catch (SocketException e)
                {
                    first ??= e;
                }
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            foreach (Task<Socket> late in running)
                _ = DropAsync(late);
        }
    }

    /// <summary>The addresses with alternating families, so that a family that does not answer costs only one delay.</summary>
    internal static IEnumerable<IPAddress> InTurns(IReadOnlyList<IPAddress> addresses)
    {
        IPAddress[][] families = [.. addresses.GroupBy(address => address.AddressFamily).Select(family => family.ToArray())];
        return from turn in Enumerable.Range(0, addresses.Count)
               from family in families
               where turn < family.Length
               select family[turn];
    }

    // Null if no attempt ended before the next one should start.
    private static async Task<Task<Socket>?> FirstAsync(List<Task<Socket>> running, bool hasNext, CancellationToken cancellationToken)
    {
        Task<Task<Socket>> ended = Task.WhenAny(running);
        if (!hasNext)
            return await ended.ConfigureAwait(false);
        await Task.WhenAny(ended, Task.Delay(AttemptDelay, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return ended.IsCompleted ? await ended.ConfigureAwait(false) : null;
    }

    private static async Task<Socket> AttemptAsync(IPEndPoint place, LocalChoice choice, CancellationToken cancellationToken)
    {
        var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (choice.From is { } from)
                socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(place, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A late attempt may have connected at the same moment as the one in use.
    private static async Task DropAsync(Task<Socket> late)
    {
        await ((Task)late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (late.IsCompletedSuccessfully)
            (await late.ConfigureAwait(false)).Dispose();
    }
}
