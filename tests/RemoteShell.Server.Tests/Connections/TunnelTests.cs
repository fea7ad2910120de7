using System.Diagnostics;
using System.Net.Sockets;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Tests.Telemetry;

namespace RemoteShell.Server.Tests.Connections;

/// <summary>Clients that reach the server through a unix socket, and so have no address.</summary>
public sealed class TunnelTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private readonly TemporaryFolder _folder = new();

    private string Socket => _folder["tunnels"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Command_runs_and_sees_that_the_addresses_are_unknown()
    {
        await using TestServer server = Start();
        await using RemoteShellClient client = await ConnectAsync(server);
        string output = (await client.RunBufferedAsync(RemoteCommand.Shell("echo $RSH_CLIENT, $SSH_CONNECTION")).Within()).Output;
        Assert.Equal("UNKNOWN, UNKNOWN 65535 UNKNOWN 65535\n", output);
        Assert.Contains(server.Log, line => line.StartsWith("tunnel 1 #1 connected with key ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connections_of_tunnels_have_numbers_in_lists()
    {
        await using TestServer server = Start();
        await using RemoteShellClient first = await ConnectAsync(server);
        await using RemoteShellClient second = await ConnectAsync(server);
        await using RemoteShellClient direct = await server.ConnectAsync();
        IReadOnlyList<ConnectedClient> list = await direct.WhoAsync().Within();
        Assert.Equal(["tunnel 1", "tunnel 2"], list.Select(one => one.From).Take(2));
        Assert.StartsWith("127.0.0.1:", list[2].From);
    }

    [Fact]
    public async Task Key_that_is_permitted_from_addresses_only_is_refused_with_that_reason()
    {
        await using TestServer server = Start();
        string key = server.Identity.PublicKey.ToString();
        File.WriteAllText(server.AuthorizedKeys.Path, $"from=\"127.0.0.1,::1\" {key} me\n");
        var refusal = await Assert.ThrowsAsync<UnauthorizedException>(() => ConnectAsync(server));
        Assert.Contains("the key is permitted from certain addresses only, and a tunnel has none", refusal.Message);
        await using (await server.ConnectAsync())
        {
        }

        File.AppendAllText(server.AuthorizedKeys.Path, $"{key} through tunnels\n");
        await using RemoteShellClient client = await ConnectAsync(server);
    }

    [Fact]
    public async Task Connections_of_each_key_are_limited_and_not_those_of_all_tunnels_together()
    {
        await using TestServer server = Start(limits => limits with { ConnectionsPerAddress = 1 });
        await using (RemoteShellClient first = await ConnectAsync(server))
        {
            RemoteShellException refusal = await RefusalAsync(server.Options);
            Assert.Contains("this key has reached the limit of 1 connections through tunnels", refusal.Message);
            ClientOptions other = server.ClientOptions("other");
            using var identity = Identity.LoadOrCreate(other.IdentityFile);
            server.AuthorizedKeys.Add($"{identity.PublicKey} other");
            await using RemoteShellClient second = await ConnectAsync(other);
            await using RemoteShellClient direct = await server.ConnectAsync();
            await RunAsync(first);
        }

        await Waiting.UntilAsync(() => CanConnectAsync(server), "the key has room again");
    }

    [Fact]
    public async Task Tunnels_count_among_all_connections()
    {
        await using TestServer server = Start(limits => limits with { Connections = 1 });
        await using (RemoteShellClient first = await ConnectAsync(server))
            Assert.Contains("limit of 1 connections", (await RefusalAsync(server.Options)).Message);
        await Waiting.UntilAsync(() => CanConnectAsync(server), "there is room again");
    }

    [Fact]
    public async Task Tunnels_that_show_no_key_do_not_count()
    {
        await using TestServer server = Start(limits => limits with { Connections = 1, ConnectionsPerAddress = 1 });
        List<NetworkStream> silent = await FloodAsync(8);
        await using (RemoteShellClient direct = await server.ConnectAsync())
            await RunAsync(direct);
        foreach (NetworkStream stream in silent)
            await stream.DisposeAsync();
        await Waiting.UntilAsync(() => CanConnectAsync(server), "the one connection has ended");
    }

    [Fact]
    public async Task Tunnels_with_unknown_keys_do_not_count()
    {
        await using TestServer server = Start(limits => limits with { Connections = 1 });
        using var unknown = Identity.LoadOrCreate(_folder["unknown.pem"]);
        await using NetworkStream carrier = await TunnelRoute.OpenAsync(Socket);
        // The client does not read, so the server waits for it to close.
        await using SecureStream refused = await SecureStream.ConnectAsync(carrier, unknown).Within();
        var hello = new FrameBuffer(initialCapacity: 1024);
        hello.AppendFrame(MessageCodec.Encode(new HelloMessage { Version = HelloMessage.CurrentVersion }));
        await refused.Stream.WriteAsync(hello.Memory);
        await refused.Stream.FlushAsync();
        await Waiting.Until(() => server.Log.Any(line => line.StartsWith("refused tunnel 1 ", StringComparison.Ordinal)), "it is refused");
        await using RemoteShellClient direct = await server.ConnectAsync();
        await RunAsync(direct);
    }

    // A raw client makes one attempt, so it must be let in at that.
    [Fact]
    public async Task Flood_of_silent_tunnels_does_not_lock_out_a_client_with_an_address()
    {
        await using TestServer server = Start(limits => limits with { Handshakes = 1, HandshakeTime = Short });
        List<NetworkStream> silent = await FloodAsync(40);
        await using RawPeer peer = await RawPeer.ConnectAsync(server);
        foreach (NetworkStream stream in silent)
            await stream.DisposeAsync();
    }

    [Fact]
    public async Task Flood_of_silent_clients_with_an_address_does_not_lock_out_a_tunnel()
    {
        await using TestServer server = Start(limits => limits with { Handshakes = 1, HandshakeTime = Short });
        List<NetworkStream> silent = [];
        for (int i = 0; i < 40; i++)
            silent.Add(await RawPeer.TcpAsync(server.Address));
        await using NetworkStream carrier = await TunnelRoute.OpenAsync(Socket);
        await using SecureStream secure = await SecureStream.ConnectAsync(carrier, server.Identity).Within();
        foreach (NetworkStream stream in silent)
            await stream.DisposeAsync();
    }

    [Fact]
    public async Task Silent_tunnels_do_not_lock_out_another_tunnel_for_ever()
    {
        await using TestServer server = Start(limits => limits with { Handshakes = 2, HandshakeTime = Short });
        List<NetworkStream> silent = await FloodAsync(40);
        await using RemoteShellClient client = await ConnectAsync(server);
        await RunAsync(client);
        foreach (NetworkStream stream in silent)
            await stream.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Authorized_tunnel_keeps_its_place_for_a_handshake_until_its_first_frame(bool isTunnel)
    {
        await using TestServer server = Start(limits => limits with { Handshakes = 1, HandshakeTime = TimeSpan.FromHours(1) });
        using var measured = new Measured(server.Server);
        await using NetworkStream carrier = isTunnel ? await TunnelRoute.OpenAsync(Socket) : await RawPeer.TcpAsync(server.Address);
        await using SecureStream silent = await SecureStream.ConnectAsync(carrier, server.Identity).Within();
        // The server has decided that it may come in.
        await silent.Stream.ReadExactlyAsync(new byte[1]).AsTask().Within();
        Task<RawPeer> next = RawPeer.ConnectAsync(server);
        if (isTunnel)
        {
            await Waiting.Until(() => measured.Level("rsh.server.handshake.queue") == 1, "the next connection waits");
            Assert.False(next.IsCompleted);
            await silent.Stream.WriteAsync(RawPeer.Frame(RawPeer.Hello));
            await silent.Stream.FlushAsync();
        }

        await (await next.Within()).DisposeAsync();
    }

    [Fact]
    public async Task Socket_is_for_one_user_and_goes_with_the_server()
    {
        await using TestServer server = Start();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket));
        await server.Server.StopAsync().Within();
        Assert.False(Path.Exists(Socket));
    }

    [Fact]
    public async Task Another_user_is_closed_also_where_the_mode_would_let_them_in()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Skip("needs root, which can become another user");
            return;
        }

        await using TestServer server = Start();
        const UnixFileMode everyone = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | everyone);
        File.SetUnixFileMode(Socket, (UnixFileMode)0b110_110_110);
        const string script = "import os, socket, sys; os.setgroups([]); os.setgid(65534); os.setuid(65534); "
            + "s = socket.socket(socket.AF_UNIX); s.settimeout(15); s.connect(sys.argv[1]); print(len(s.recv(1)))";
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", script, Socket]) { RedirectStandardOutput = true })!;
        Assert.Equal("0\n", await python.StandardOutput.ReadToEndAsync().Within());
        Assert.Contains(server.Log, line => line.StartsWith($"closed a connection of user 65534 to {Socket}", StringComparison.Ordinal));
        await using RemoteShellClient client = await ConnectAsync(server);
    }

    [Fact]
    public async Task Socket_that_nobody_listens_on_is_replaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs statx(2)");
        // Disposing deletes the path that it was bound to, and leaves the one that it was moved to.
        using (var old = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            old.Bind(new UnixDomainSocketEndPoint(_folder["old"]));
            old.Listen();
            File.Move(_folder["old"], Socket);
        }

        Assert.True(Path.Exists(Socket));
        await using TestServer server = Start();
        await using RemoteShellClient client = await ConnectAsync(server);
    }

    [Fact]
    public async Task Socket_of_another_server_is_kept()
    {
        await using TestServer server = Start();
        ServerOptions options = server.ServerOptions with { Folder = _folder["second"], Listen = [] };
        Assert.Empty(ServerCheck.Run(options));
        await using (var second = new RemoteShellServer(options))
        {
            var failure = await Assert.ThrowsAsync<RemoteShellException>(() => second.StartAsync()).Within();
            Assert.Equal($"cannot listen on unix:{Socket}: another program listens there", failure.Message);
            Assert.NotNull(failure.Hint);
        }

        await using RemoteShellClient client = await ConnectAsync(server);
        await RunAsync(client);
    }

    [Fact]
    public async Task File_in_the_place_of_the_socket_is_kept()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs statx(2)");
        File.WriteAllText(Socket, "content");
        ServerOptions options = new() { Folder = _folder["server"], Listen = [], ListenSockets = [Socket] };
        await using var server = new RemoteShellServer(options);
        var failure = await Assert.ThrowsAsync<RemoteShellException>(() => server.StartAsync()).Within();
        Assert.Equal($"cannot listen on unix:{Socket}: another file is there", failure.Message);
        Assert.Equal("content", File.ReadAllText(Socket));
    }

    [Fact]
    public async Task Server_without_a_port_starts_stops_and_starts_again()
    {
        ServerOptions options = new() { Folder = _folder["server"], Listen = [], ListenSockets = [Socket] };
        for (int i = 0; i < 2; i++)
        {
            await using var server = new RemoteShellServer(options);
            Assert.Empty(await server.StartAsync().Within());
            await using NetworkStream stream = await TunnelRoute.OpenAsync(Socket);
        }
    }

    [Theory]
    [InlineData(true, "cannot answer UDP: the server listens on no TCP address")]
    [InlineData(false, "the server has no address to listen on")]
    public async Task Server_that_lacks_an_address_does_not_start(bool answersProbes, string fault)
    {
        ServerOptions options = new()
        {
            Folder = _folder["server"],
            Listen = [],
            ListenSockets = answersProbes ? [Socket] : [],
            AnswersProbes = answersProbes,
        };
        Assert.Equal(fault, Assert.Single(ServerCheck.Run(options)).Message);
        await using var server = new RemoteShellServer(options);
        Assert.Equal(fault, (await Assert.ThrowsAsync<RemoteShellException>(() => server.StartAsync()).Within()).Message);
        Assert.False(Path.Exists(Socket));
    }

    private TestServer Start(Func<ServerLimits, ServerLimits>? limit = null) => new(options => options with
    {
        ListenSockets = [Socket],
        Limits = limit?.Invoke(options.Limits) ?? options.Limits,
    });

    private Task<RemoteShellClient> ConnectAsync(TestServer server) => ConnectAsync(server.Options);

    private Task<RemoteShellClient> ConnectAsync(ClientOptions options)
        => RemoteShellClient.ConnectAsync(options with { Route = new TunnelRoute(Socket) }).Within();

    private async Task<RemoteShellException> RefusalAsync(ClientOptions options)
        => await Assert.ThrowsAnyAsync<RemoteShellException>(
            () => ConnectAsync(options with { ConnectTimeout = TimeSpan.FromMilliseconds(100) }));

    private async Task<bool> CanConnectAsync(TestServer server)
    {
        try
        {
            await using RemoteShellClient client = await ConnectAsync(server);
            return true;
        }
        catch (ConnectFailedException)
        {
            return false;
        }
    }

    private async Task<List<NetworkStream>> FloodAsync(int count)
    {
        List<NetworkStream> streams = [];
        for (int i = 0; i < count; i++)
            streams.Add(await TunnelRoute.OpenAsync(Socket));
        return streams;
    }

    private static async Task RunAsync(RemoteShellClient client)
        => Assert.Equal(0, (await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within()).Result.ExitCode);
}
