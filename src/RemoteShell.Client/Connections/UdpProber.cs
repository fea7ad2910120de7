using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RemoteShell.Client.Routes;
using RemoteShell.Protocol.Datagrams;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>Probes a server by UDP, without a connection. The answer is not authenticated.</summary>
public sealed class UdpProber : IDisposable
{
    private readonly IReadOnlyList<IPAddress> _addresses;
    private readonly HostAddress _host;
    private int _current;
    private Socket? _socket;

    private UdpProber(IReadOnlyList<IPAddress> addresses, HostAddress host) => (_addresses, _host) = (addresses, host);

    /// <summary>Resolves the host's name.</summary>
    /// <exception cref="ConnectFailedException">The host does not exist.</exception>
    public static async Task<UdpProber> CreateAsync(HostAddress host, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        try
        {
            IPAddress[] addresses = IPAddress.TryParse(host.Host, out IPAddress? literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(host.Host, cancellationToken).ConfigureAwait(false);
            if (addresses.Length == 0)
                throw new SocketException((int)SocketError.HostNotFound);
            return new([.. HappyEyeballs.InTurns(addresses)], host);
        }
        catch (SocketException e)
        {
            throw UnreachableHost.For(host, e);
        }
    }

    /// <summary>Sends one probe and waits for its answer.</summary>
    /// <returns>The round trip. Null if no answer comes in time; then the next call probes the host's next address.</returns>
    /// <exception cref="ConnectFailedException">The host cannot be reached from here.</exception>
    public async Task<RoundTrip?> AskAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(timeout);
        try
        {
            _socket ??= Connect();
            return await AskAsync(_socket, time.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            _socket?.Dispose();
            _socket = null;
            _current++;
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private Socket Connect()
    {
        IPAddress address = _addresses[_current % _addresses.Count];
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(address, _host.Port);
            return socket;
        }
        catch (SocketException e) when (_addresses.Count == 1)
        {
            socket.Dispose();
            throw UnreachableHost.For(_host, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<RoundTrip> AskAsync(Socket socket, CancellationToken cancellationToken)
    {
        long id = Random.Shared.NextInt64();
        var answer = new byte[Probe.Length + 1];
        DateTimeOffset asked = DateTimeOffset.UtcNow;
        long start = Stopwatch.GetTimestamp();
        await socket.SendAsync(Probe.CreateRequest(id), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            int count = await socket.ReceiveAsync(answer, cancellationToken).ConfigureAwait(false);
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            // Answers to earlier probes may come late.
            if (Probe.ReadReply(answer.AsSpan(0, count), id) is { } theirs)
                return new(time, theirs, theirs - (asked + (time / 2)));
        }
    }
}
