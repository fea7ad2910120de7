using RemoteShell.Keys;
using RemoteShell.Server;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>A key of ssh proves itself for the key of a server, which gets another one.</summary>
public sealed class ProofRotationTests : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly TemporaryFolder _folder = new();
    private readonly CountingSigner _signer;

    public ProofRotationTests()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        Assert.True(_server.AuthorizedKeys.Add(File.ReadAllText($"{file}.pub")));
        _signer = new(new KeygenSigner(file));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Key_is_proved_to_the_next_host_key_and_never_by_the_proof_for_the_former_one()
    {
        await RunAsync("one");
        HostKeyPlan plan = await HostKeyRotation.PlanAsync(_server.ServerOptions, TimeSpan.FromDays(1)).Within();
        await RunAsync("one");
        await HostKeyRotation.UseNowAsync(_server.ServerOptions).Within();
        // A client that has learned the key before, and one that comes for the first time.
        await RunAsync("one");
        await RunAsync("two");
        Assert.Equal(plan.Next, _server.Server.HostKey);
        Assert.Equal(4, _signer.Count);
    }

    [Fact]
    public async Task Running_command_goes_on_over_a_rotation_without_another_signature()
    {
        await using var relay = new TcpRelay(_server.Address);
        ClientOptions options = Options("one") with { Host = new(relay.Address.Address.ToString(), relay.Address.Port) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        string go = _folder["go"];
        string line = $"echo begun; while [ ! -e {go} ]; do sleep 0.1; done; echo done";
        RemoteCommand command = RemoteCommand.Shell(line) with { OnDisconnect = DisconnectPolicy.Keep };
        Task<BufferedResult> running = client.RunBufferedAsync(command);
        await Waiting.UntilAsync(async () => (await client.ListJobsAsync().Within()).Count == 1, "the command runs");
        await HostKeyRotation.PlanAsync(_server.ServerOptions, TimeSpan.FromDays(1)).Within();
        // The client learns the next key on its next connection.
        relay.Cut();
        await client.ListJobsAsync().Within();
        await HostKeyRotation.UseNowAsync(_server.ServerOptions).Within();
        relay.Cut();
        await client.ListJobsAsync().Within();
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        Assert.Equal("begun\ndone\n", (await running.Within()).Output);
        Assert.Equal(1, _signer.Count);
        Assert.Equal(2, File.ReadAllLines(options.KnownHostsFile).Length);
    }

    [Fact]
    public async Task Client_signs_for_the_next_host_key_if_the_server_has_forgotten_the_proof()
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(Options("one")).Within();
        string go = _folder["go"];
        string job = await client.Shell($"while [ ! -e {go} ]; do sleep 0.1; done; exit 7").DetachAsync().Within();
        Task<CommandResult> waiting = client.WaitAsync(job);
        await HostKeyRotation.PlanAsync(_server.ServerOptions, TimeSpan.FromDays(1)).Within();
        await _server.RestartAsync();
        await client.ListJobsAsync().Within();
        Assert.Equal(1, _signer.Count);
        await _server.Server.DisposeAsync();
        Assert.True(File.Exists(Path.Combine(_server.ServerOptions.StateFolder, "vouchers")));
        File.Delete(Path.Combine(_server.ServerOptions.StateFolder, "vouchers"));
        HostKeyPlan plan = await HostKeyRotation.UseNowAsync(_server.ServerOptions).Within();
        await _server.RestartAsync();
        Assert.Equal(plan.Next, _server.Server.HostKey);
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        Assert.Equal(7, (await waiting.Within()).ExitCode);
        Assert.Equal(2, _signer.Count);
    }

    [Fact]
    public async Task Command_does_not_go_on_at_a_host_key_that_the_client_has_not_learned()
    {
        await using var relay = new TcpRelay(_server.Address);
        ClientOptions options = Options("one") with
        {
            Host = new(relay.Address.Address.ToString(), relay.Address.Port),
            GiveUp = TimeSpan.FromSeconds(20),
        };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Task<BufferedResult> running = client.RunBufferedAsync(RemoteCommand.Shell("sleep 300"));
        await Waiting.UntilAsync(async () => (await client.ListJobsAsync().Within()).Count == 1, "the command runs");
        await HostKeyRotation.UseNowAsync(_server.ServerOptions).Within();
        relay.Cut();
        Assert.Contains("HAS CHANGED", (await Assert.ThrowsAsync<HostKeyException>(() => running.Within())).Message);
        // Nothing was signed for the key that is not trusted.
        Assert.Equal(1, _signer.Count);
    }

    [Fact]
    public async Task Rotation_says_which_invitations_it_ends()
    {
        var invitations = new Server.Authentication.Invitations.InvitationFolder(
            _server.ServerOptions.InvitationFolder, _server.AuthorizedKeys);
        string fingerprint = _server.Server.HostKey.Fingerprint;
        invitations.Add(fingerprint, "soon", "", TimeSpan.FromMinutes(10));
        Invitation late = invitations.Add(fingerprint, "late", "", TimeSpan.FromDays(3));
        Assert.Equal(1, (await HostKeyRotation.PlanAsync(_server.ServerOptions, TimeSpan.FromDays(1)).Within()).EndedInvitations);
        Assert.Equal(2, (await HostKeyRotation.UseNowAsync(_server.ServerOptions).Within()).EndedInvitations);
        ClientOptions options = _server.ClientOptions("guest");
        options = options with
        {
            Connection = options.Connection with { Invitation = late.Secret },
            Trust = new() { Fingerprint = late.Fingerprint, StoresFingerprint = true },
        };
        await Assert.ThrowsAsync<HostKeyException>(() => RemoteShellClient.ConnectAsync(options).Within());
    }

    private ClientOptions Options(string name) => _server.ClientOptions(name) with { Key = _signer };

    private async Task RunAsync(string name)
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(Options(name)).Within();
        Assert.Equal("done\n", (await client.Shell("echo done").ExecuteBufferedAsync().Within()).Output);
    }
}
