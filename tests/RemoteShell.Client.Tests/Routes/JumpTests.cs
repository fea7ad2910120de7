using System.Net;
using System.Net.Sockets;
using System.Text;
using RemoteShell.Client.Tests.Keys;
using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Routes;

/// <summary>Connections through other servers, which see ciphertext only.</summary>
public sealed class JumpTests : IAsyncDisposable
{
    private const string Secret = "a text that no jump host may see";

    private readonly TestServer _first = new(options => options with { AllowsForwarding = true });
    private readonly TestServer _middle = new(options => options with { AllowsForwarding = true });
    private readonly TestServer _last = new();

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _middle.DisposeAsync();
        await _last.DisposeAsync();
    }

    [Fact]
    public async Task Command_runs_at_the_last_of_three_servers_and_the_middle_one_sees_ciphertext()
    {
        await using var recorded = new RecordingRelay(_last.Address);
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(ThroughBoth(recorded.Address)).Within();
        RemoteCommand command = client.Shell($"cat; echo '{Secret}' >&2").WithInput(Secret);
        BufferedResult result = await command.ExecuteBufferedAsync().Within();
        Assert.Equal((Secret, $"{Secret}\n", 0), (result.Output, result.Error, result.Result.ExitCode));
        // What the middle server has forwarded, in both directions.
        byte[] seen = recorded.Seen;
        Assert.True(seen.Length > 1000, $"{seen.Length} bytes were seen");
        Assert.Equal(-1, seen.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)));
        Assert.Equal(-1, seen.AsSpan().IndexOf("\"type\""u8));
    }

    [Theory]
    [InlineData(1024 * 1024 * 40)]
    [InlineData(0)]
    public async Task Output_of_any_size_passes_through_two_servers(int size)
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(ThroughBoth(_last.Address)).Within();
        BufferedResult result = await client.RunBufferedAsync(RemoteCommand.Shell($"head -c {size} /dev/zero | tr '\\0' x")).Within();
        Assert.Equal(size, result.Output.Length);
    }

    [Fact]
    public async Task Lost_connection_to_a_jump_host_is_resumed_at_the_byte()
    {
        await using var relay = new TcpRelay(_first.Address) { Budget = number => number < 4 ? 300_000 * number : long.MaxValue };
        ClientOptions options = Through(_first.Options with { Host = Of(relay.Address), Trust = Any }, _last.Options);
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        BufferedResult result = await client.RunBufferedAsync(RemoteCommand.Shell("seq 300000")).Within();
        Assert.Equal(string.Concat(Enumerable.Range(1, 300_000).Select(i => $"{i}\n")), result.Output);
        Assert.True(relay.Connections > 1, "the relay cut nothing");
    }

    [Fact]
    public async Task Server_that_does_not_permit_it_names_the_options()
    {
        await using var closed = new TestServer();
        var e = await Assert.ThrowsAsync<ConnectFailedException>(
            () => RemoteShellClient.ConnectAsync(Through(closed.Options, _last.Options))).Within();
        Assert.Contains("does not forward connections", e.Message, StringComparison.Ordinal);
        Assert.Contains("--allow-forwarding", e.Hint, StringComparison.Ordinal);
        Assert.Contains($"permitopen=\"{_last.Options.Host}\"", e.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("permitopen=\"127.0.0.1:PORT\"", true)]
    [InlineData("permitopen=\"127.0.0.1:*\"", true)]
    [InlineData("permitopen=\"other:1,127.0.0.1:PORT\"", true)]
    [InlineData("permitopen=\"other:1\",permitopen=\"127.0.0.1:PORT\"", true)]
    [InlineData("permitopen=\"127.0.0.1:1\"", false)]
    [InlineData("permitopen=\"localhost:PORT\"", false)]
    [InlineData("no-forwarding", false)]
    [InlineData("no-forwarding,permitopen=\"127.0.0.1:PORT\"", false)]
    [InlineData("root=\"/tmp\"", false)]
    [InlineData("root=\"/tmp\",permitopen=\"127.0.0.1:PORT\"", true)]
    public async Task Options_of_the_key_decide_where_it_is_forwarded(string options, bool isPermitted)
    {
        ClientOptions jump = _first.ClientOptions("limited");
        using var identity = Identity.LoadOrCreate(jump.IdentityFile);
        string port = _last.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _first.AuthorizedKeys.Add($"{options.Replace("PORT", port, StringComparison.Ordinal)} {identity.PublicKey} limited");
        Task<RemoteShellClient> connecting = RemoteShellClient.ConnectAsync(Through(jump, _last.Options));
        if (isPermitted)
        {
            await using RemoteShellClient client = await connecting.Within();
            Assert.Equal(0, (await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within()).Result.ExitCode);
            return;
        }

        var e = await Assert.ThrowsAsync<ConnectFailedException>(() => connecting).Within();
        Assert.IsType<RequestRefusedException>(e.InnerException);
        Assert.Equal(ErrorCode.Forbidden, ((RequestRefusedException)e.InnerException).Code);
    }

    [Fact]
    public async Task Port_that_the_jump_host_cannot_reach_is_named()
    {
        ClientOptions options = Through(_first.Options, _last.Options with { Host = new("127.0.0.1", FreePort.Take()) });
        var e = await Assert.ThrowsAsync<ConnectFailedException>(() => RemoteShellClient.ConnectAsync(options)).Within();
        Assert.Contains($"the server cannot reach {options.Host}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_of_both_directions_are_passed_on()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using RemoteShellClient client = await _first.ConnectAsync();
        await using Stream stream = await client.ForwardAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port).Within();
        using Socket peer = await listener.AcceptSocketAsync().Within();
        await stream.WriteAsync("there"u8.ToArray()).AsTask().Within();
        byte[] buffer = new byte[100];
        Assert.Equal(5, await peer.ReceiveAsync(buffer).Within());
        await peer.SendAsync("back"u8.ToArray()).Within();
        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(4, await stream.ReadAsync(buffer).AsTask().Within());
        Assert.Equal(0, await stream.ReadAsync(buffer).AsTask().Within());
        await stream.DisposeAsync();
        Assert.Equal(0, await peer.ReceiveAsync(buffer).Within());
    }

    [Theory]
    [InlineData("own key")]
    [InlineData("agent")]
    public async Task Right_key_for_a_jump_host_is_found_before_it_forwards(string right)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        using var folder = new TemporaryFolder();
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(folder);
        string unknown = SshKeygen.MakeKey(folder, "ed25519"), known = SshKeygen.MakeKey(folder, "ed25519");
        _first.AuthorizedKeys.Add(await File.ReadAllTextAsync($"{known}.pub", TestContext.Current.CancellationToken));
        await agent.AddAsync(unknown);
        await agent.AddAsync(known);
        ClientOptions jump = right == "agent"
            ? _first.ClientOptions("laptop") with { OtherKeys = new(new(agent.Socket)) }
            : _first.Options with { Key = new KeygenSigner(unknown) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(Through(jump, _last.Options)).Within();
        Assert.Equal("done\n", (await client.Shell("echo done").ExecuteBufferedAsync().Within()).Output);
    }

    [Fact]
    public async Task Time_that_a_person_needs_for_a_jump_host_does_not_count()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        using var folder = new TemporaryFolder();
        string file = SshKeygen.MakeKey(folder, "ed25519");
        _first.AuthorizedKeys.Add(await File.ReadAllTextAsync($"{file}.pub", TestContext.Current.CancellationToken));
        var limit = TimeSpan.FromSeconds(4);
        ClientOptions jump = _first.ClientOptions("laptop") with
        {
            Key = new SlowSigner(new KeygenSigner(file), limit + TimeSpan.FromSeconds(2)),
            ConnectTimeout = limit,
        };
        ClientOptions options = Through(jump, _last.Options with { ConnectTimeout = limit });
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("done\n", (await client.Shell("echo done").ExecuteBufferedAsync().Within()).Output);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silent_server_or_jump_host_is_given_up_at_the_time_limit(bool isJump)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var limit = TimeSpan.FromSeconds(2);
        HostAddress place = Of((IPEndPoint)silent.LocalEndpoint);
        ClientOptions jump = _first.Options with { ConnectTimeout = limit }, target = _last.Options with { ConnectTimeout = limit };
        ClientOptions options = isJump ? Through(jump with { Host = place }, target) : Through(jump, target with { Host = place });
        var failure = await Assert.ThrowsAsync<ConnectFailedException>(() => RemoteShellClient.ConnectAsync(options).Within());
        Assert.Contains($"no answer from {place} within 2 s", failure.Message, StringComparison.Ordinal);
    }

    private static HostTrust Any => new() { AcceptNew = true };

    private ClientOptions ThroughBoth(IPEndPoint last)
        => Through(Through(_first.Options, _middle.Options), _last.Options with { Host = Of(last), Trust = Any });

    private static ClientOptions Through(ClientOptions jump, ClientOptions target) => target with { Route = new JumpRoute(jump) };

    private static HostAddress Of(IPEndPoint place) => new(place.Address.ToString(), place.Port);
}
