using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using RemoteShell.Client.Forwarding;

namespace RemoteShell.Client.Tests.Forwarding;

/// <summary>A SOCKS proxy at this machine, asked by a small client.</summary>
public sealed class SocksForwarderTests : IAsyncDisposable
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private readonly TestServer _server = new(options => options with { AllowsForwarding = true });
    private readonly Socket _target = SocketTraffic.Listen();
    private readonly ConcurrentQueue<string> _failures = new();

    private int Port => ((IPEndPoint)_target.LocalEndPoint!).Port;

    public async ValueTask DisposeAsync()
    {
        _target.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("04 01 PORT 7F 00 00 01 00", 8, 90)]
    [InlineData("04 01 PORT 00 00 00 01 00 6C 6F 63 61 6C 68 6F 73 74 00", 8, 90)]
    [InlineData("05 01 00 05 01 00 01 7F 00 00 01 PORT", 12, 0)]
    [InlineData("05 01 00 05 01 00 03 09 6C 6F 63 61 6C 68 6F 73 74 PORT", 12, 0)]
    public async Task Target_is_connected_and_data_behind_the_request_is_not_lost(string request, int replyLength, byte code)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using var socks = SocksForwarder.Start(client, AnyPort, new() { Failed = _failures.Enqueue });
        using Socket near = await SocketTraffic.ConnectAsync(socks.Address);
        byte[] bytes = RandomNumberGenerator.GetBytes(1000);
        await near.SendAsync((byte[])[.. Bytes(request, Port), .. bytes]).Within();
        using Socket far = await _target.AcceptAsync().Within();
        // The target speaks at once: the reply still comes first.
        await far.SendAllAsync(bytes).Within();
        byte[] reply = await near.ReceiveExactlyAsync(replyLength);
        Assert.Equal(code, reply[replyLength == 8 ? 1 : 3]);
        near.Shutdown(SocketShutdown.Send);
        await Task.WhenAll(near.ReceiveExpectedAsync(bytes), far.ReceiveExpectedAsync(bytes)).Within();
        Assert.Empty(_failures);
    }

    [Theory]
    [InlineData("05 01 00 05 01 00 01 7F 00 00 01 CLOSED", 3, 5)]
    [InlineData("05 01 00 05 01 00 03 07 6E 6F 2E 73 75 63 68 00 50", 3, 4)]
    [InlineData("04 01 CLOSED 7F 00 00 01 00", 1, 91)]
    [InlineData("05 01 00 05 02 00 01 7F 00 00 01 00 50", 3, 7)]
    [InlineData("05 01 00 05 03 00 01 7F 00 00 01 00 50", 3, 7)]
    [InlineData("04 02 00 50 7F 00 00 01 00", 1, 91)]
    public async Task Failure_has_the_code_that_fits_and_is_told(string request, int index, byte code)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using var socks = SocksForwarder.Start(client, AnyPort, new() { Failed = _failures.Enqueue });
        using Socket near = await SocketTraffic.ConnectAsync(socks.Address);
        await near.SendAsync(Bytes(request, FreePort.Take())).Within();
        byte[] reply = await near.ReceiveAllAsync().Within();
        Assert.Equal(code, reply[index]);
        Assert.Single(_failures);
    }

    [Fact]
    public async Task Target_that_is_not_permitted_is_answered_so()
    {
        await using var closed = new TestServer();
        await using RemoteShellClient client = await closed.ConnectAsync();
        await using var socks = SocksForwarder.Start(client, AnyPort, new() { Failed = _failures.Enqueue });
        using Socket near = await SocketTraffic.ConnectAsync(socks.Address);
        await near.SendAsync(Bytes("05 01 00 05 01 00 01 7F 00 00 01 PORT", Port)).Within();
        Assert.Equal(2, (await near.ReceiveAllAsync().Within())[3]);
        Assert.Contains("does not forward connections", Assert.Single(_failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("05")]
    [InlineData("05 01 00 05 01 00 03 FF 61")]
    public async Task Client_that_does_not_finish_its_request_is_reset(string beginning)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        var options = new ForwardingOptions { Failed = _failures.Enqueue };
        await using var socks = SocksForwarder.Start(client, AnyPort, options, TimeSpan.FromMilliseconds(200));
        using Socket near = await SocketTraffic.ConnectAsync(socks.Address);
        await near.SendAsync(Bytes(beginning, 0)).Within();
        await near.IsResetAsync();
        Assert.Contains("did not say within 0.2 s", Assert.Single(_failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_closes_the_connection_and_others_go_on()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using var socks = SocksForwarder.Start(client, AnyPort, new() { Failed = _failures.Enqueue });
        using (Socket garbage = await SocketTraffic.ConnectAsync(socks.Address))
        {
            await garbage.SendAsync("G"u8.ToArray()).Within();
            Assert.Empty(await garbage.ReceiveAllAsync().Within());
        }

        Assert.Contains("not a version", Assert.Single(_failures), StringComparison.Ordinal);
        using Socket near = await SocketTraffic.ConnectAsync(socks.Address);
        await near.SendAsync(Bytes("04 01 PORT 7F 00 00 01 00", Port)).Within();
        Assert.Equal(90, (await near.ReceiveExactlyAsync(8))[1]);
    }

    private static byte[] Bytes(string hex, int port)
    {
        string number = port.ToString("X4", CultureInfo.InvariantCulture);
        var plain = new StringBuilder(hex).Replace("PORT", number).Replace("CLOSED", number).Replace(" ", "");
        return Convert.FromHexString(plain.ToString());
    }
}
