using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests;

public sealed class TrustTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    [Fact]
    public async Task An_unknown_server_is_refused_without_being_told_anything()
    {
        var refusal = await Assert.ThrowsAsync<HostKeyException>(() => ConnectAsync(new()));
        Assert.Contains(_server.Server.HostKey.Fingerprint, refusal.Message);
        Assert.NotNull(refusal.Hint);
        Assert.False(File.Exists(_server.Options.KnownHostsFile));
    }

    [Fact]
    public async Task A_new_server_is_taken_once_told_to_and_known_from_then_on()
    {
        await (await ConnectAsync(new() { AcceptNew = true })).DisposeAsync();
        await (await ConnectAsync(new())).DisposeAsync();
        Assert.Single(File.ReadAllLines(_server.Options.KnownHostsFile));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_is_asked_decides(bool answer)
    {
        var trust = new HostTrust { Ask = (_, key, _) => ValueTask.FromResult(answer && key.Equals(_server.Server.HostKey)) };
        if (answer)
            await (await ConnectAsync(trust)).DisposeAsync();
        else
            await Assert.ThrowsAsync<HostKeyException>(() => ConnectAsync(trust));
    }

    [Fact]
    public async Task A_changed_key_is_refused_however_it_is_asked_for_and_the_line_is_named()
    {
        using var other = Identity.Create(Path.Combine(_server.Folder, "other.pem"));
        PrivateFile.AppendLine(_server.Options.KnownHostsFile, "somewhere:7022 ecdsa-sha2-nistp256 AAAA");
        PrivateFile.AppendLine(_server.Options.KnownHostsFile, $"{_server.Options.Host} {other.PublicKey}");
        foreach (HostTrust trust in new HostTrust[] { new(), new() { AcceptNew = true }, new() { Ask = (_, _, _) => ValueTask.FromResult(true) } })
        {
            var refusal = await Assert.ThrowsAsync<HostKeyException>(() => ConnectAsync(trust));
            Assert.Contains("CHANGED", refusal.Message);
            Assert.Contains($"line 2 of {_server.Options.KnownHostsFile}", refusal.Hint);
        }
    }

    [Fact]
    public async Task A_pinned_fingerprint_is_the_only_one_taken()
    {
        await (await ConnectAsync(new() { Fingerprint = _server.Server.HostKey.Fingerprint })).DisposeAsync();
        await Assert.ThrowsAsync<HostKeyException>(() => ConnectAsync(new() { Fingerprint = "SHA256:AAAA", AcceptNew = true }));
    }

    [Fact]
    public async Task A_list_of_known_hosts_that_others_can_write_is_not_believed()
    {
        if (OperatingSystem.IsWindows())
            return;
        await (await ConnectAsync(new() { AcceptNew = true })).DisposeAsync();
        File.SetUnixFileMode(_server.Options.KnownHostsFile, (UnixFileMode)0x1FF);
        await Assert.ThrowsAsync<PrivateFileException>(() => ConnectAsync(new()));
    }

    [Fact]
    public async Task A_stranger_is_told_how_to_be_let_in_and_is_once_that_was_done()
    {
        ClientOptions stranger = _server.ClientOptions("stranger");
        var refusal = await Assert.ThrowsAsync<UnauthorizedException>(() => RemoteShellClient.ConnectAsync(stranger).Within());
        ClientOptions eager = stranger with { Authorization = AuthorizationCheck.OnFirstRequest };
        await using (RemoteShellClient client = await RemoteShellClient.ConnectAsync(eager).Within())
        {
            var later = await Assert.ThrowsAsync<UnauthorizedException>(() => client.RunBufferedAsync(RemoteCommand.Shell("true")).Within());
            Assert.Equal((refusal.Message, refusal.Hint), (later.Message, later.Hint));
            Assert.StartsWith("at the server, run: rsh-server authorize '", refusal.Hint);
            _server.AuthorizedKeys.Add(refusal.Hint!.Split('\'')[1]);
        }

        await using RemoteShellClient again = await RemoteShellClient.ConnectAsync(stranger).Within();
        Assert.Equal("in\n", (await again.RunBufferedAsync(RemoteCommand.Shell("echo in")).Within()).Output);
    }

    [Fact]
    public async Task A_key_that_has_expired_or_comes_from_elsewhere_is_refused()
    {
        string file = Path.Combine(_server.Folder, "server", "authorized_keys");
        foreach (string terms in new[] { "expiry-time=\"20200101\"", "from=\"10.0.0.0/8\"" })
        {
            File.WriteAllText(file, $"{terms} {_server.Identity.PublicKey}\n");
            await Assert.ThrowsAsync<UnauthorizedException>(() => ConnectAsync(new() { AcceptNew = true }));
        }
    }

    [Fact]
    public async Task Nobody_there_and_nobody_of_that_name_are_told_apart()
    {
        await _server.Server.StopAsync().Within();
        Assert.Contains("nothing listens", (await Assert.ThrowsAsync<ConnectFailedException>(() => ConnectAsync(new()))).Message);
        ClientOptions nameless = _server.Options with { Host = new("no-such-host.invalid", 7022) };
        Assert.Contains("no host named", (await Assert.ThrowsAsync<ConnectFailedException>(() => RemoteShellClient.ConnectAsync(nameless).Within())).Message);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task<RemoteShellClient> ConnectAsync(HostTrust trust) => RemoteShellClient.ConnectAsync(_server.Options with { Trust = trust }).Within();
}
