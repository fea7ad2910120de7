using RemoteShell.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>A key of ssh stands behind a client's own key, which the server does not know.</summary>
public sealed class SshKeyTests : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly TemporaryFolder _folder = new();

    public SshKeyTests() => Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("ed25519", 0)]
    [InlineData("ecdsa", 256)]
    [InlineData("ecdsa", 384)]
    [InlineData("ecdsa", 521)]
    [InlineData("rsa", 3072)]
    public async Task Key_that_openssh_made_runs_a_command_and_owns_its_job(string type, int bits)
    {
        string file = Authorize(type, bits);
        await using RemoteShellClient client = await ConnectAsync("laptop", new KeygenSigner(file));
        string job = await client.Shell("true").DetachAsync().Within();
        // Another client, whose own key is another one, has the same jobs.
        await using RemoteShellClient other = await ConnectAsync("desktop", new KeygenSigner(file));
        Assert.Contains(await other.ListJobsAsync(JobFilter.All).Within(), listed => listed.Id == job);
    }

    [Fact]
    public async Task Key_of_an_agent_that_is_authorized_is_found_among_others()
    {
        await using SshAgentProcess process = await SshAgentProcess.StartAsync(_folder);
        for (int i = 0; i < 3; i++)
            await process.AddAsync(SshKeygen.MakeKey(_folder, "ed25519"));
        await process.AddAsync(Authorize("ed25519"));
        var agent = new SshAgent(process.Socket);
        foreach (AuthorizationCheck check in Enum.GetValues<AuthorizationCheck>())
        {
            ClientOptions options = _server.ClientOptions($"laptop{check}") with { OtherKeys = new(agent), Authorization = check };
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
            Assert.Equal("done\n", (await client.Shell("echo done").ExecuteBufferedAsync().Within()).Output);
        }
    }

    [Theory]
    [InlineData(AuthorizationCheck.OnConnect)]
    [InlineData(AuthorizationCheck.OnFirstRequest)]
    public async Task Connection_that_is_cut_while_a_key_is_proved_is_made_again_with_the_same_key(AuthorizationCheck check)
    {
        await using SshAgentProcess process = await SshAgentProcess.StartAsync(_folder);
        for (int i = 0; i < 2; i++)
            await process.AddAsync(SshKeygen.MakeKey(_folder, "ed25519"));
        await process.AddAsync(Authorize("ed25519"));
        // The first connection names the keys. The next two are cut during the handshake.
        await using var relay = new TcpRelay(_server.Address)
        {
            Budget = number => number is 1 or 2 ? number * 100 : long.MaxValue,
        };
        ClientOptions options = _server.ClientOptions("laptop") with
        {
            Host = new(relay.Address.Address.ToString(), relay.Address.Port),
            OtherKeys = new(new(process.Socket)),
            Authorization = check,
        };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("done\n", (await client.Shell("echo done").ExecuteBufferedAsync().Within()).Output);
        Assert.Equal(4, relay.Connections);
    }

    [Fact]
    public async Task Server_that_stays_away_while_a_key_is_proved_ends_the_request_at_the_time_limit()
    {
        await using SshAgentProcess process = await SshAgentProcess.StartAsync(_folder);
        await process.AddAsync(Authorize("ed25519"));
        await using var relay = new TcpRelay(_server.Address) { Budget = number => number == 0 ? long.MaxValue : 0 };
        ClientOptions options = _server.ClientOptions("laptop") with
        {
            Host = new(relay.Address.Address.ToString(), relay.Address.Port),
            OtherKeys = new(new(process.Socket)),
            ConnectTimeout = TimeSpan.FromSeconds(2),
        };
        await Assert.ThrowsAsync<ConnectFailedException>(() => RemoteShellClient.ConnectAsync(options).Within());
        Assert.True(relay.Connections > 2);
    }

    [Theory]
    [InlineData(AuthorizationCheck.OnConnect)]
    [InlineData(AuthorizationCheck.OnFirstRequest)]
    public async Task Busy_server_does_not_end_the_search_for_a_key(AuthorizationCheck check)
    {
        await using var server = new TestServer(options => options with { Limits = options.Limits with { Connections = 1 } });
        await using SshAgentProcess process = await SshAgentProcess.StartAsync(_folder);
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        await process.AddAsync(file);
        server.AuthorizedKeys.Add(await File.ReadAllTextAsync($"{file}.pub", TestContext.Current.CancellationToken));
        RemoteShellClient other = await server.ConnectAsync();
        ClientOptions options = server.ClientOptions("laptop") with { OtherKeys = new(new(process.Socket)), Authorization = check };
        Task<string> output = OutputAsync();
        await Waiting.Until(() => server.Log.Any(line => line.StartsWith("refused ", StringComparison.Ordinal)), "the client was refused");
        await other.DisposeAsync();
        Assert.Equal("done\n", await output);

        async Task<string> OutputAsync()
        {
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
            return (await client.Shell("echo done").ExecuteBufferedAsync().Within()).Output;
        }
    }

    [Fact]
    public async Task Refusal_of_all_keys_is_that_of_the_own_key()
    {
        await using SshAgentProcess process = await SshAgentProcess.StartAsync(_folder);
        await process.AddAsync(SshKeygen.MakeKey(_folder, "ed25519"));
        ClientOptions options = _server.ClientOptions("laptop") with { OtherKeys = new(new(process.Socket)) };
        var refusal = await Assert.ThrowsAsync<UnauthorizedException>(() => RemoteShellClient.ConnectAsync(options).Within());
        using Identity own = Identity.Load(options.IdentityFile);
        Assert.Contains(own.PublicKey.Fingerprint, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_that_was_let_in_needs_no_other_proof_as_long_as_it_has_a_job()
    {
        string file = Authorize("ed25519");
        string job;
        await using (RemoteShellClient client = await ConnectAsync("laptop", new KeygenSigner(file)))
            job = await client.Shell("sleep 60").DetachAsync().Within();
        await _server.RestartAsync();
        // As of an agent that has ended: only the public key is left.
        File.Delete(file);
        var gone = new FileSigner(file, agent: null);
        await using (RemoteShellClient again = await ConnectAsync("laptop", gone))
        {
            await again.KillAsync(job).Within();
            await again.ForgetAsync(job).Within();
        }

        await Waiting.UntilAsync(
            async () => await Record.ExceptionAsync(
                async () => await (await ConnectAsync("laptop", gone)).DisposeAsync()) is KeySignerException,
            "the proof has ended with the connection");
    }

    [Fact]
    public async Task Key_that_is_removed_from_the_list_needs_more_than_its_old_proof()
    {
        string file = Authorize("ed25519");
        await using RemoteShellClient client = await ConnectAsync("laptop", new KeygenSigner(file));
        string list = _server.AuthorizedKeys.Path;
        string[] lines = await File.ReadAllLinesAsync(list);
        await File.WriteAllLinesAsync(list, lines.Where(line => !line.Contains("ssh-ed25519", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<UnauthorizedException>(() => ConnectAsync("laptop", new KeygenSigner(file)));
    }

    [Fact]
    public async Task Reconnect_asks_the_key_for_no_other_signature()
    {
        var signer = new CountingSigner(new KeygenSigner(Authorize("ed25519")));
        await using RemoteShellClient client = await ConnectAsync("laptop", signer);
        for (int i = 0; i < 3; i++)
        {
            await _server.RestartAsync();
            await Waiting.UntilAsync(async () => await Record.ExceptionAsync(() => client.PingAsync()) is null, "the client is back");
        }

        Assert.Equal(1, signer.Count);
    }

    private string Authorize(string type, int bits = 0)
    {
        string file = SshKeygen.MakeKey(_folder, type, bits);
        Assert.True(_server.AuthorizedKeys.Add(File.ReadAllText($"{file}.pub")));
        return file;
    }

    private Task<RemoteShellClient> ConnectAsync(string name, KeySigner key)
        => RemoteShellClient.ConnectAsync(_server.ClientOptions(name) with { Key = key }).Within();
}
