using System.Net;
using System.Net.Sockets;
using System.Text;
using RemoteShell.Client;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Admin;

namespace RemoteShell.Server.Tests.Connections;

/// <summary>A server refuses addresses whose clients fail, before the handshake, and no others.</summary>
public sealed class RefusedAddressTests : IAsyncDisposable
{
    private const int Attempts = 4;

    private readonly TestServer _server;
    private readonly TemporaryFolder _folder = new();

    // Not authorized.
    private readonly Identity[] _keys;

    public RefusedAddressTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs all addresses of 127.0.0.0/8");
        _server = new(options => options with { PenaltyExempt = [] });
        _keys = [.. Enumerable.Range(0, Attempts).Select(i => Identity.LoadOrCreate(_folder[$"key{i}"]))];
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        foreach (Identity key in _keys)
            key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Two_hundred_addresses_are_refused_and_the_others_are_served()
    {
        IPAddress[] addresses = [.. Enumerable.Range(0, 200).Select(i => new IPAddress([127, 1, (byte)(i / 100), (byte)(1 + (i % 100))]))];
        await Parallel.ForEachAsync(addresses, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (address, _) =>
        {
            foreach (Identity key in _keys)
                Assert.True(await IsAnsweredAsync(address, key));
        });
        foreach (IPAddress address in addresses)
            Assert.False(await IsAnsweredAsync(address, _keys[0]));
        ServerStatus status = await StatusAsync();
        Assert.Equal(addresses.Select(address => address.ToString()).Order(), status.Penalties.Select(one => one.From).Order());
        Assert.All(status.Penalties, one => Assert.Equal(("its key was refused", 1), (one.Cause, one.Refused)));
        Assert.All(status.Penalties, one => Assert.InRange(one.LeftMs, 1, 20_000));
        Assert.Equal(200, _server.Log.Count(line => line.StartsWith("connections from 127.1.", StringComparison.Ordinal)));
        await using RemoteShellClient client = await _server.ConnectAsync();
        Assert.True(await IsAnsweredAsync(IPAddress.Parse("127.2.0.1"), _server.Identity));
    }

    [Fact]
    public async Task Authorized_client_clears_what_others_of_its_address_have_failed()
    {
        foreach (Identity key in (Identity[])[_keys[0], _keys[1], _server.Identity, _keys[2], _keys[0]])
            Assert.True(await IsAnsweredAsync(IPAddress.Loopback, key));
        Assert.Empty((await StatusAsync()).Penalties);
    }

    [Fact]
    public async Task Exempt_address_is_not_refused_and_the_list_applies_at_once()
    {
        IPAddress exempt = IPAddress.Parse("127.3.0.1");
        foreach (Identity key in _keys)
            Assert.True(await IsAnsweredAsync(exempt, key));
        Assert.False(await IsAnsweredAsync(exempt, _server.Identity));
        _server.Server.Apply(_server.ServerOptions with { PenaltyExempt = [IPNetwork.Parse("127.3.0.0/16")] });
        foreach (Identity key in _keys)
            Assert.True(await IsAnsweredAsync(exempt, key));
        Assert.True(await IsAnsweredAsync(exempt, _server.Identity));
    }

    [Fact]
    public async Task Client_that_does_not_speak_tls_is_refused_after_two_failures()
    {
        IPAddress address = IPAddress.Parse("127.4.0.1");
        for (int i = 0; i < 2; i++)
        {
            using Socket socket = await ConnectAsync(address);
            await socket.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: server\r\n\r\n")).Within();
            await ReadToEndAsync(socket);
        }

        await Waiting.UntilAsync(async () => (await StatusAsync()).Penalties.Count == 1, "the penalty is in force");
        Assert.False(await IsAnsweredAsync(address, _server.Identity));
        Assert.Equal("its handshake failed", (await StatusAsync()).Penalties[0].Cause);
    }

    [Fact]
    public async Task Check_of_the_port_every_second_is_not_refused()
    {
        for (int i = 0; i < 5; i++)
            (await ConnectAsync(IPAddress.Loopback)).Dispose();
        await Waiting.Until(
            () => _server.Log.Count(line => line.StartsWith("closed 127.0.0.1:", StringComparison.Ordinal)) == 5, "all have left");
        Assert.Empty((await StatusAsync()).Penalties);
    }

    [Fact]
    public async Task Limit_that_is_reached_is_no_fault_of_the_client()
    {
        _server.Server.Apply(_server.ServerOptions with { Limits = new() { ConnectionsPerAddress = 1 } });
        await using RemoteShellClient client = await _server.ConnectAsync();
        for (int i = 0; i < Attempts + 1; i++)
            Assert.True(await IsAnsweredAsync(IPAddress.Loopback, _server.Identity));
        Assert.Empty((await StatusAsync()).Penalties);
    }

    private async Task<ServerStatus> StatusAsync()
        => (await AdminClient.AskAsync(_server.ServerOptions.StateFolder, new("status")).Within()).Status!;

    private async Task<Socket> ConnectAsync(IPAddress from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(_server.Address).Within();
        return socket;
    }

    // Whether the server made the handshake and answered, also with a refusal.
    private async Task<bool> IsAnsweredAsync(IPAddress from, Identity key)
    {
        Socket socket = await ConnectAsync(from);
        try
        {
            await using SecureStream secure = await SecureStream.ConnectAsync(new NetworkStream(socket, ownsSocket: true), key).Within();
            await secure.Stream.WriteAsync(RawPeer.Frame(RawPeer.Hello)).Within();
            await secure.Stream.FlushAsync().Within();
            return await secure.Stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false).Within() == 1;
        }
        catch (Exception e) when (e is TransportException or IOException)
        {
            return false;
        }
    }

    private static async Task ReadToEndAsync(Socket socket)
    {
        try
        {
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer).Within() > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }
    }
}
