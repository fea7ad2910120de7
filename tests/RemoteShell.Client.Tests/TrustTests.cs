using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests;

public sealed class TrustTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    [Fact]
    public async Task Unknown_server_is_refused_and_not_remembered()
    {
        var refusal = await Assert.ThrowsAsync<HostKeyException>(() => ConnectAsync(new()));
        Assert.Contains(_server.Server.HostKey.Fingerprint, refusal.Message);
        Assert.NotNull(refusal.Hint);
        Assert.False(File.Exists(_server.Options.KnownHostsFile));
    }

    [Fact]
    public async Task New_server_is_accepted_with_AcceptNew_and_known_afterwards()
    {
        await (await ConnectAsync(new() { AcceptNew = true })).DisposeAsync();
        await (await ConnectAsync(new())).DisposeAsync();
        Assert.Single(File.ReadAllLines(_server.Options.KnownHostsFile));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_to_the_question_decides_about_an_unknown_server(bool answer)
    {
        var trust = new HostTrust { Ask = (_, key, _) => ValueTask.FromResult(answer && key.Equals(_server.Server.HostKey)) };
        if (answer)
            await (await ConnectAsync(trust)).DisposeAsync();
        else
            await Assert.ThrowsAsync<HostKeyException>(() => ConnectAsync(trust));
    }

    [Fact]
    public async Task Changed_key_is_refused_in_every_mode_and_its_line_is_named()
    {
        using var other = Identity.Create(Path.Combine(_server.Folder, "other.pem"));
        PrivateFile.AppendLine(_server.Options.KnownHostsFile, "somewhere:7022 ecdsa-sha2-nistp256 AAAA");
        PrivateFile.AppendLine(_server.Options.KnownHostsFile, $"{_server.Options.Host} {other.PublicKey}");
        HostTrust[] modes = [new(), new() { AcceptNew = true }, new() { Ask = (_, _, _) => ValueTask.FromResult(true) }];
        foreach (HostTrust trust in modes)
        {
            var refusal = await Assert.ThrowsAsync<HostKeyException>(() => ConnectAsync(trust));
            Assert.Contains("CHANGED", refusal.Message);
            Assert.Contains($"line 2 of {_server.Options.KnownHostsFile}", refusal.Hint);
        }
    }

    [Fact]
    public async Task Pinned_fingerprint_is_the_only_one_accepted()
    {
        await (await ConnectAsync(new() { Fingerprint = _server.Server.HostKey.Fingerprint })).DisposeAsync();
        await Assert.ThrowsAsync<HostKeyException>(() => ConnectAsync(new() { Fingerprint = "SHA256:AAAA", AcceptNew = true }));
    }

    [Fact]
    public async Task Pinned_fingerprint_with_another_case_is_refused()
    {
        string right = _server.Server.HostKey.Fingerprint;
        int letter = right.Length - 1;
        while (!char.IsAsciiLetter(right[letter]))
            letter--;
        string flipped = $"{right[..letter]}{(char)(right[letter] ^ 0x20)}{right[(letter + 1)..]}";
        Assert.Equal(right, flipped, ignoreCase: true);
        await Assert.ThrowsAsync<HostKeyException>(() => ConnectAsync(new() { Fingerprint = flipped, AcceptNew = true }));
    }

    [Fact]
    public async Task Known_hosts_file_that_others_can_write_is_rejected()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs Unix file modes");
            return;
        }

        await (await ConnectAsync(new() { AcceptNew = true })).DisposeAsync();
        File.SetUnixFileMode(_server.Options.KnownHostsFile, (UnixFileMode)0x1FF);
        await Assert.ThrowsAsync<PrivateFileException>(() => ConnectAsync(new()));
    }

    [Fact]
    public async Task Unauthorized_key_gets_the_command_that_authorizes_it()
    {
        ClientOptions stranger = _server.ClientOptions("stranger");
        var refusal = await Assert.ThrowsAsync<UnauthorizedException>(() => RemoteShellClient.ConnectAsync(stranger).Within());
        ClientOptions eager = stranger with { Authorization = AuthorizationCheck.OnFirstRequest };
        await using (RemoteShellClient client = await RemoteShellClient.ConnectAsync(eager).Within())
        {
            RemoteCommand command = RemoteCommand.Shell("true");
            var later = await Assert.ThrowsAsync<UnauthorizedException>(() => client.RunBufferedAsync(command).Within());
            Assert.Equal((refusal.Message, refusal.Hint), (later.Message, later.Hint));
            Assert.StartsWith("at the server, run: rsh-server authorize '", refusal.Hint);
            _server.AuthorizedKeys.Add(refusal.Hint!.Split('\'')[1]);
        }

        await using RemoteShellClient again = await RemoteShellClient.ConnectAsync(stranger).Within();
        Assert.Equal("in\n", (await again.RunBufferedAsync(RemoteCommand.Shell("echo in")).Within()).Output);
    }

    [Fact]
    public async Task Clients_share_an_identity_that_the_caller_disposes()
    {
        using Identity identity = Identity.Load(_server.Options.IdentityFile);
        ClientOptions options = _server.ClientOptions("elsewhere") with { Identity = identity };
        for (int i = 0; i < 3; i++)
        {
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
            Assert.Equal("in\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo in")).Within()).Output);
        }

        using Identity stranger = Identity.Create(Path.Combine(_server.Folder, "stranger.pem"));
        await Assert.ThrowsAsync<UnauthorizedException>(
            () => RemoteShellClient.ConnectAsync(options with { Identity = stranger }).Within());
        Assert.NotEmpty(stranger.PublicKey.Fingerprint);
        await using RemoteShellClient last = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.False(File.Exists(options.IdentityFile));
    }

    [Fact]
    public async Task Key_that_expired_or_comes_from_another_address_is_refused()
    {
        string file = Path.Combine(_server.Folder, "server", "authorized_keys");
        foreach (string terms in new[] { "expiry-time=\"20200101\"", "from=\"10.0.0.0/8\"" })
        {
            File.WriteAllText(file, $"{terms} {_server.Identity.PublicKey}\n");
            await Assert.ThrowsAsync<UnauthorizedException>(() => ConnectAsync(new() { AcceptNew = true }));
        }
    }

    [Fact]
    public async Task Connect_error_distinguishes_a_closed_port_from_an_unknown_host()
    {
        await _server.Server.StopAsync().Within();
        Assert.Contains("nothing listens", (await Assert.ThrowsAsync<ConnectFailedException>(() => ConnectAsync(new()))).Message);
        ClientOptions nameless = _server.Options with { Host = new("no-such-host.invalid", 7022) };
        var failure = await Assert.ThrowsAsync<ConnectFailedException>(() => RemoteShellClient.ConnectAsync(nameless).Within());
        Assert.Contains("no host named", failure.Message);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task<RemoteShellClient> ConnectAsync(HostTrust trust)
        => RemoteShellClient.ConnectAsync(_server.Options with { Trust = trust }).Within();
}
