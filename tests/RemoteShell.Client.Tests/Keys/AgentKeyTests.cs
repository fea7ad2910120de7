using System.Net.Sockets;
using RemoteShell.Keys;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Admin;
using RemoteShell.Server.Authentication.Invitations;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>Which of its keys a client uses: a chosen one, those of an agent, and its own.</summary>
public sealed class AgentKeyTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestServer _server;
    private readonly TcpRelay _relay;

    public AgentKeyTests()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        File.WriteAllText(_folder["revoked"], "# none\n");
        File.WriteAllText(_folder["motd"], "welcome");
        _server = new(options => options with
        {
            RevokedKeysFile = _folder["revoked"],
            MessageOfTheDayFile = _folder["motd"],
            PenaltyExempt = [],
        });
        _relay = new(_server.Address);
    }

    // The client's own key is authorized, as "test".
    private ClientOptions Own => Through(_server.Options);

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(AuthorizationCheck.OnConnect)]
    [InlineData(AuthorizationCheck.OnFirstRequest)]
    public async Task Key_of_the_agent_counts_before_the_own_key_with_its_own_line(AuthorizationCheck check)
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        await agent.AddAsync(MakeKey());
        await agent.AddAsync(Authorize("agent"));
        int shown = 0;
        ClientOptions options = With(Own, agent) with { Authorization = check, MessageOfTheDay = _ => shown++ };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("agent", await NameAsync(client));
        Assert.Equal((2, 1), (_relay.Connections, shown));
    }

    [Fact]
    public async Task Six_unknown_keys_of_an_agent_cost_no_connection_and_no_penalty()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        for (int i = 0; i < 6; i++)
            await agent.AddAsync(MakeKey());
        for (int i = 1; i <= 5; i++)
        {
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(With(Own, agent)).Within();
            Assert.Equal("test", await NameAsync(client));
            Assert.Equal(i, _relay.Connections);
        }

        Assert.DoesNotContain(_server.Log, line => line.StartsWith("refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Seventh_key_of_an_agent_takes_two_connections_and_no_penalty()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        for (int i = 0; i < 6; i++)
            await agent.AddAsync(MakeKey());
        await agent.AddAsync(Authorize("seventh"));
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(With(Stranger, agent)).Within();
        Assert.Equal("seventh", await NameAsync(client));
        Assert.Equal(2, _relay.Connections);
        Assert.DoesNotContain(_server.Log, line => line.StartsWith("refused", StringComparison.Ordinal));
        Assert.Empty((await AdminClient.AskAsync(_server.ServerOptions.StateFolder, new("status")).Within()).Status!.Penalties);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Agent_that_refuses_to_sign_leads_to_the_keys_behind_that_one(bool isOtherInAgent)
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        // It asks its user, and there is none.
        await agent.AddAsync(Authorize("silent"), "-c");
        if (isOtherInAgent)
            await agent.AddAsync(Authorize("other"));
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(With(Own, agent)).Within();
        Assert.Equal(isOtherInAgent ? "other" : "test", await NameAsync(client));
    }

    [Fact]
    public async Task Refusal_says_also_why_a_key_of_the_agent_has_not_signed()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        await agent.AddAsync(Authorize("silent"), "-c");
        var refusal = await Assert.ThrowsAsync<UnauthorizedException>(
            () => RemoteShellClient.ConnectAsync(With(Stranger, agent)).Within());
        using Identity own = Identity.Load(Stranger.IdentityFile);
        Assert.Contains(own.PublicKey.Fingerprint, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("refuses to sign", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chosen_key_of_ssh_counts_before_the_agent_and_the_own_key()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        await agent.AddAsync(Authorize("agent"));
        ClientOptions options = With(Own, agent) with { Key = new KeygenSigner(Authorize("chosen")) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("chosen", await NameAsync(client));
        Assert.Equal(1, _relay.Connections);
    }

    [Fact]
    public async Task Chosen_key_of_this_client_counts_before_those_of_the_agent()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        await agent.AddAsync(Authorize("agent"));
        await using (RemoteShellClient own = await RemoteShellClient.ConnectAsync(With(Chosen(Own), agent)).Within())
            Assert.Equal("test", await NameAsync(own));
        Assert.Equal(1, _relay.Connections);
        await using RemoteShellClient other = await RemoteShellClient.ConnectAsync(With(Chosen(Stranger), agent)).Within();
        Assert.Equal("agent", await NameAsync(other));
    }

    [Theory]
    [InlineData(AuthorizationCheck.OnConnect)]
    [InlineData(AuthorizationCheck.OnFirstRequest)]
    public async Task Chosen_key_that_is_refused_is_followed_by_the_own_key(AuthorizationCheck check)
    {
        ClientOptions options = Own with { Key = new KeygenSigner(MakeKey()), Authorization = check };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("test", await NameAsync(client));
        Assert.Equal(2, _relay.Connections);
    }

    [Fact]
    public async Task Refusal_of_a_chosen_key_and_of_the_own_key_is_that_of_the_chosen_one()
    {
        string file = MakeKey();
        var refusal = await Assert.ThrowsAsync<UnauthorizedException>(
            () => RemoteShellClient.ConnectAsync(Stranger with { Key = new KeygenSigner(file) }).Within());
        Assert.Contains(FingerprintOf(file), refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_is_not_repeated_under_the_own_key_after_the_key_of_ssh_is_removed(bool isChosen)
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        string file = Authorize("removed");
        await agent.AddAsync(file);
        ClientOptions options = isChosen ? Own with { Key = new KeygenSigner(file) } : With(Own, agent);
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        string begun = _folder["begun"];
        RemoteCommand command = RemoteCommand.Shell($"echo x >> {begun}; sleep 60") with { OnDisconnect = DisconnectPolicy.Keep };
        Task<BufferedResult> running = client.RunBufferedAsync(command);
        await Waiting.Until(() => File.Exists(begun), "the command runs");
        // The client hears of it when it reconnects.
        _relay.IsDown = true;
        _relay.Cut();
        string list = _server.AuthorizedKeys.Path;
        string[] lines = await File.ReadAllLinesAsync(list);
        await File.WriteAllLinesAsync(list, lines.Where(line => !line.EndsWith(" removed", StringComparison.Ordinal)));
        _relay.IsDown = false;
        await Assert.ThrowsAsync<UnauthorizedException>(() => running.Within());
        await Assert.ThrowsAsync<UnauthorizedException>(() => client.ListJobsAsync().Within());
        Assert.Equal("x\n", await File.ReadAllTextAsync(begun));
        // The own key would be accepted.
        await using RemoteShellClient own = await RemoteShellClient.ConnectAsync(Own).Within();
    }

    [Fact]
    public async Task Revoked_key_of_the_agent_is_passed_over()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        string revoked = Authorize("revoked");
        await agent.AddAsync(revoked);
        await agent.AddAsync(Authorize("other"));
        await File.WriteAllTextAsync(_folder["revoked"], FingerprintOf(revoked));
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(With(Own, agent)).Within();
        Assert.Equal("other", await NameAsync(client));
        Assert.Equal(2, _relay.Connections);
    }

    [Fact]
    public async Task Key_that_was_proved_before_need_not_sign_again()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        string file = Authorize("proved");
        await using RemoteShellClient first = await RemoteShellClient.ConnectAsync(Own with { Key = new KeygenSigner(file) }).Within();
        // It does not sign.
        await agent.AddAsync(file, "-c");
        await using RemoteShellClient second = await RemoteShellClient.ConnectAsync(With(Own, agent)).Within();
        Assert.Equal("proved", await NameAsync(second));
        Assert.Equal(3, _relay.Connections);
    }

    [Fact]
    public async Task Certificate_of_the_agent_is_found_by_its_authority()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        string authority = MakeKey(), key = MakeKey();
        string line = await File.ReadAllTextAsync($"{authority}.pub");
        _server.AuthorizedKeys.Add($"cert-authority {line.Replace("made for a test", "certified", StringComparison.Ordinal)}");
        SshKeygen.Certify(authority, key, "-I", "id", "-n", Environment.UserName);
        // ssh-add adds the certificate beside the key, too.
        await agent.AddAsync(key);
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(With(Own, agent)).Within();
        Assert.Equal("certified", await NameAsync(client));
        Assert.Equal(2, _relay.Connections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Key_of_an_authority_is_not_asked_to_sign_in_place_of_a_certificate(bool isCertificateInAgent)
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        await using var relay = new AgentRelay(_folder, agent.Socket);
        string authority = MakeKey(), key = MakeKey(), line = await File.ReadAllTextAsync($"{authority}.pub");
        _server.AuthorizedKeys.Add($"cert-authority {line.Replace("made for a test", "certified", StringComparison.Ordinal)}");
        SshKeygen.Certify(authority, key, "-I", "id", "-n", Environment.UserName);
        await agent.AddAsync(authority);
        if (isCertificateInAgent)
            await agent.AddAsync(key);
        ClientOptions options = Own with { OtherKeys = new(new(relay.Socket)) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal(isCertificateInAgent ? "certified" : "test", await NameAsync(client));
        int needed = isCertificateInAgent ? 1 : 0;
        Assert.Equal((needed, needed + 1), (relay.Signatures, _relay.Connections));
    }

    [Fact]
    public async Task Key_that_does_not_sign_in_time_is_followed_by_the_own_key()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        await using var relay = new AgentRelay(_folder, agent.Socket) { MaySign = new TaskCompletionSource().Task };
        await agent.AddAsync(Authorize("silent"));
        await agent.AddAsync(Authorize("other"));
        ClientOptions options = Own with { OtherKeys = new(new(relay.Socket)) { SignTime = TimeSpan.FromSeconds(3) } };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("test", await NameAsync(client));
        // The agent is not asked for the other key: it does not answer.
        Assert.Equal(1, relay.Signatures);
    }

    [Fact]
    public async Task Invitation_is_for_the_own_key_whatever_the_agent_holds()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        await using var relay = new AgentRelay(_folder, agent.Socket);
        await agent.AddAsync(Authorize("agent"));
        Invitation invitation = new InvitationFolder(_server.ServerOptions.InvitationFolder, _server.AuthorizedKeys)
            .Add(_server.Server.HostKey.Fingerprint, "anna", "", TimeSpan.FromMinutes(1));
        ClientOptions options = Stranger with { OtherKeys = new(new(relay.Socket)) };
        options = options with { Connection = options.Connection with { Invitation = invitation.Secret } };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("anna", await NameAsync(client));
        Assert.Equal((0, 0, 1), (relay.Lists, relay.Signatures, _relay.Connections));
    }

    [Theory]
    [InlineData("chosen")]
    [InlineData("agent")]
    [InlineData("named")]
    public async Task Request_is_not_repeated_after_the_server_had_accepted_the_key_and_revoked_it(string kind)
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        string file = MakeKey();
        await agent.AddAsync(file);
        int requests = 0;
        await using var server = new HostileServer(async connection =>
        {
            if (kind == "agent" && connection.Number == 1)
            {
                await AskAsync(connection, FingerprintOf(file));
                return;
            }

            await connection.SayAsync(RawPeer.Hello);
            await connection.ReadOpenAsync();
            Interlocked.Increment(ref requests);
            await connection.SayAsync("""{"type":"error","code":"unauthorized","text":"not any more","accepted":true}""");
            await connection.DrainAsync();
        });
        ClientOptions options = kind == "chosen" ? server.Options with { Key = new KeygenSigner(file) } : With(server.Options, agent);
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        var refusal = await Assert.ThrowsAsync<UnauthorizedException>(() => client.Shell("true").ExecuteBufferedAsync().Within());
        Assert.True(refusal.WasAccepted);
        await Assert.ThrowsAsync<UnauthorizedException>(() => client.ListJobsAsync().Within());
        Assert.Equal((1, kind == "agent" ? 2 : 1), (requests, server.Connections));
    }

    [Fact]
    public async Task Agent_that_does_not_answer_does_not_hold_up_the_own_key()
    {
        string path = _folder["hanging"];
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        ClientOptions options = Own with { OtherKeys = new(new(path)), ConnectTimeout = TimeSpan.FromSeconds(5) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("test", await NameAsync(client));
    }

    [Fact]
    public async Task Server_that_asks_for_a_key_that_was_not_named_is_refused()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        await agent.AddAsync(MakeKey());
        string other = FingerprintOf(MakeKey());
        await using var server = new HostileServer(connection => AskAsync(connection, other));
        var failure = await Assert.ThrowsAsync<UnauthorizedException>(() => ConnectAsync(server, agent));
        Assert.Contains("has not named", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Server_that_asks_for_keys_for_ever_gets_each_of_them_once()
    {
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        string[] files = [.. Enumerable.Range(0, 3).Select(_ => MakeKey())];
        foreach (string file in files)
            await agent.AddAsync(file);
        int asked = 0;
        await using var server = new HostileServer(
            connection => AskAsync(connection, FingerprintOf(files[Math.Min(Interlocked.Increment(ref asked) / 4, 2)])));
        await Assert.ThrowsAsync<UnauthorizedException>(() => ConnectAsync(server, agent));
        // The names, the fingerprint alone, and the proof, of each key; and the own key.
        Assert.InRange(server.Connections, 3, 10);
    }

    private static async Task AskAsync(HostileConnection connection, string fingerprint)
    {
        await connection.SayAsync(
            RawPeer.Hello, $$"""{"type":"error","code":"unauthorized","text":"prove it","key":"{{fingerprint}}","proved":true}""");
        await connection.DrainAsync();
    }

    private static async Task ConnectAsync(HostileServer server, SshAgentProcess agent)
    {
        ClientOptions options = With(server.Options, agent) with { Authorization = AuthorizationCheck.OnConnect };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
    }

    private static ClientOptions With(ClientOptions options, SshAgentProcess agent) => options with { OtherKeys = new(new(agent.Socket)) };

    private static async Task<string> NameAsync(RemoteShellClient client)
        => (await client.WhoAsync().Within()).Last(one => one.IsOwn).Name;

    private static string FingerprintOf(string file) => PublicKey.Parse(File.ReadAllText($"{file}.pub")).Fingerprint;

    private static ClientOptions Chosen(ClientOptions options)
    {
        using Identity made = Identity.LoadOrCreate(options.IdentityFile);
        return options with { IdentityPem = File.ReadAllText(options.IdentityFile) };
    }

    // The client's own key is not authorized.
    private ClientOptions Stranger => Through(_server.ClientOptions("stranger"));

    private ClientOptions Through(ClientOptions options)
        => options with { Host = new(_relay.Address.Address.ToString(), _relay.Address.Port) };

    private string MakeKey() => SshKeygen.MakeKey(_folder, "ed25519");

    private string Authorize(string name)
    {
        string file = MakeKey();
        string key = File.ReadAllText($"{file}.pub").Replace("made for a test", name, StringComparison.Ordinal);
        Assert.True(_server.AuthorizedKeys.Add(key));
        return file;
    }
}
