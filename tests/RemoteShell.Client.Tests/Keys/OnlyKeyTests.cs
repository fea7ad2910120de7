using RemoteShell.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>A client that goes on with what another one has begun comes with the key of that one, or not at all.</summary>
public sealed class OnlyKeyTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestServer _server = new();
    private SshAgentProcess _agent = null!;
    private AgentRelay _relay = null!;

    // The client's own key is authorized.
    private ClientOptions Own => WithAgent(_server.Options);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        _agent = await SshAgentProcess.StartAsync(_folder);
        _relay = new(_folder, _agent.Socket);
    }

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
            await _relay.DisposeAsync();
        if (_agent is not null)
            await _agent.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Key_in_use_is_known_when_no_other_key_can_follow()
    {
        string key = await AddAsync();
        await using (RemoteShellClient agent = await RemoteShellClient.ConnectAsync(Own).Within())
            Assert.Equal(key, agent.KeyInUse);
        await using (RemoteShellClient open = await ConnectAsync(Own with { Authorization = AuthorizationCheck.OnFirstRequest }))
        {
            Assert.Null(open.KeyInUse);
            await open.ListJobsAsync().Within();
            Assert.Equal(key, open.KeyInUse);
        }

        await using RemoteShellClient own = await ConnectAsync(
            _server.Options with { Authorization = AuthorizationCheck.OnFirstRequest });
        Assert.Equal(_server.Identity.PublicKey.Fingerprint, own.KeyInUse);
    }

    [Fact]
    public async Task Agent_is_not_asked_while_the_server_remembers_the_key()
    {
        string key = await AddAsync(), job = await DetachAsync(Own);
        int lists = _relay.Lists, signatures = _relay.Signatures;
        await using RemoteShellClient next = await ConnectAsync(Own with { OnlyKey = key });
        Assert.Contains(await next.ListJobsAsync().Within(), one => one.Id == job);
        Assert.Equal((lists, signatures), (_relay.Lists, _relay.Signatures));
        await EndAsync(next, job);
    }

    [Fact]
    public async Task Agent_signs_once_for_a_client_that_the_server_does_not_know()
    {
        await AddAsync();
        string key = await AddAsync(), job;
        job = await DetachAsync(Own with { OnlyKey = key });
        int signatures = _relay.Signatures;
        await using RemoteShellClient next = await ConnectAsync(WithAgent(_server.ClientOptions("other")) with { OnlyKey = key });
        Assert.Equal(key, next.KeyInUse);
        Assert.Contains(await next.ListJobsAsync().Within(), one => one.Id == job);
        Assert.Equal(signatures + 1, _relay.Signatures);
        await EndAsync(next, job);
    }

    [Theory]
    [InlineData(AuthorizationCheck.OnConnect)]
    [InlineData(AuthorizationCheck.OnFirstRequest)]
    public async Task Key_that_is_missing_is_not_replaced_by_another_one(AuthorizationCheck check)
    {
        string key = await AddAsync();
        await _agent.RemoveAllAsync();
        await AddAsync();
        foreach (ClientOptions options in (ClientOptions[])[Own, Own with { OtherKeys = null }])
        {
            var refusal = await Assert.ThrowsAsync<UnauthorizedException>(
                () => ListAsync(options with { OnlyKey = key, Authorization = check }));
            Assert.Contains($"the key {key} is needed, and ", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("ssh-add", refusal.Hint, StringComparison.Ordinal);
        }

        Assert.Equal(0, _relay.Signatures);
    }

    [Fact]
    public async Task Own_key_that_is_refused_is_not_replaced_by_one_of_the_agent()
    {
        await AddAsync();
        ClientOptions stranger = WithAgent(_server.ClientOptions("stranger"));
        using var own = Identity.LoadOrCreate(stranger.IdentityFile);
        await Assert.ThrowsAsync<UnauthorizedException>(() => ListAsync(stranger with { OnlyKey = own.PublicKey.Fingerprint }));
        Assert.Equal(0, _relay.Lists);
    }

    [Fact]
    public async Task Chosen_key_that_is_another_one_is_refused()
    {
        string key = await AddAsync(), other = SshKeygen.MakeKey(_folder, "ed25519");
        _server.AuthorizedKeys.Add(await File.ReadAllTextAsync($"{other}.pub"));
        ClientOptions options = _server.Options with { Key = new KeygenSigner(other), OnlyKey = key };
        KeySignerException failure = await Assert.ThrowsAsync<KeySignerException>(() => ListAsync(options));
        Assert.Contains("is another one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_that_the_server_knows_by_its_certificate_is_proved_by_it()
    {
        string authority = SshKeygen.MakeKey(_folder, "ed25519"), file = SshKeygen.MakeKey(_folder, "ed25519");
        _server.AuthorizedKeys.Add($"cert-authority {await File.ReadAllTextAsync($"{authority}.pub")}");
        SshKeygen.Certify(authority, file, "-I", "id", "-n", Environment.UserName);
        // With the certificate beside it.
        await _agent.AddAsync(file);
        string key = PublicKey.Parse(await File.ReadAllTextAsync($"{file}.pub")).Fingerprint;
        await using (RemoteShellClient first = await ConnectAsync(Own))
            Assert.Equal(key, first.KeyInUse);
        await using RemoteShellClient next = await ConnectAsync(WithAgent(_server.ClientOptions("other")) with { OnlyKey = key });
        Assert.Equal(key, next.KeyInUse);
    }

    private static async Task ListAsync(ClientOptions options)
    {
        await using RemoteShellClient client = await ConnectAsync(options);
        await client.ListJobsAsync().Within();
    }

    private static Task<RemoteShellClient> ConnectAsync(ClientOptions options) => RemoteShellClient.ConnectAsync(options).Within();

    private static async Task<string> DetachAsync(ClientOptions options)
    {
        await using RemoteShellClient client = await ConnectAsync(options);
        return await client.Shell("sleep 60").DetachAsync().Within();
    }

    private static async Task EndAsync(RemoteShellClient client, string job) => await client.KillAsync(job).Within();

    private ClientOptions WithAgent(ClientOptions options) => options with { OtherKeys = new(new(_relay.Socket)) };

    // A key of the agent that is authorized.
    private async Task<string> AddAsync()
    {
        string file = SshKeygen.MakeKey(_folder, "ed25519"), line = await File.ReadAllTextAsync($"{file}.pub");
        await _agent.AddAsync(file);
        Assert.True(_server.AuthorizedKeys.Add(line));
        return PublicKey.Parse(line).Fingerprint;
    }
}
