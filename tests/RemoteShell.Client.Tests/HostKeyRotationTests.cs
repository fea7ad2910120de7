using RemoteShell.Client.Trust;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server;

namespace RemoteShell.Client.Tests;

/// <summary>A server gets another key, and its clients learn that before.</summary>
public sealed class HostKeyRotationTests : IAsyncDisposable
{
    private readonly TestServer _server = new();

    [Fact]
    public async Task Client_learns_the_next_key_once_and_trusts_it_when_the_server_has_it()
    {
        await ConnectAsync(_server.Options);
        string present = Assert.Single(Lines());
        HostKeyPlan plan = await PlanAsync(TimeSpan.FromDays(14));
        Assert.Equal((_server.Server.HostKey, true, false), (plan.Former, plan.IsServerRunning, plan.WasPlanned));
        for (int i = 0; i < 3; i++)
        {
            await ConnectAsync(_server.Options with { Trust = new() });
            Assert.Equal([present, $"{_server.Options.Host} {plan.Next}"], Lines());
        }

        HostKeyPlan used = await HostKeyRotation.UseNowAsync(_server.ServerOptions).Within();
        Assert.Equal((plan.Next, true), (used.Next, used.WasPlanned));
        Assert.Equal(plan.Next, _server.Server.HostKey);
        await ConnectAsync(_server.Options with { Trust = new() });
        await _server.RestartAsync();
        Assert.Equal(plan.Next, _server.Server.HostKey);
        await ConnectAsync(_server.Options with { Trust = new() });
        Assert.Equal(2, Lines().Length);
        using var former = Identity.Load($"{_server.ServerOptions.HostKeyFile}-old");
        Assert.Equal(plan.Former, former.PublicKey);
        Assert.False(File.Exists($"{_server.ServerOptions.HostKeyFile}-next"));
        string logged = $"the host key is {plan.Next.Fingerprint} from now on";
        Assert.Contains(_server.Log, line => line.Contains(logged, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Next_key_is_used_at_its_time_and_connections_stay()
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(_server.Options).Within();
        HostKeyPlan plan = await PlanAsync(TimeSpan.FromSeconds(2));
        await ConnectAsync(_server.Options with { Trust = new() });
        await Waiting.Until(() => _server.Server.HostKey.Equals(plan.Next), "the server has the next key");
        Assert.True(DateTimeOffset.UtcNow >= plan.From);
        Assert.Equal("in\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo in")).Within()).Output);
        await ConnectAsync(_server.Options with { Trust = new() });
    }

    [Fact]
    public async Task Client_that_has_not_learned_the_key_refuses_it()
    {
        await ConnectAsync(_server.Options);
        HostKeyPlan used = await HostKeyRotation.UseNowAsync(_server.ServerOptions).Within();
        Assert.False(used.WasPlanned);
        var refusal = await Assert.ThrowsAsync<HostKeyException>(() => ConnectAsync(_server.Options));
        Assert.Contains("HAS CHANGED", refusal.Message);
    }

    [Fact]
    public async Task Plan_of_a_server_that_is_down_is_announced_after_its_start()
    {
        await ConnectAsync(_server.Options);
        await _server.Server.DisposeAsync();
        HostKeyPlan plan = await PlanAsync(TimeSpan.FromDays(1));
        Assert.False(plan.IsServerRunning);
        await Assert.ThrowsAsync<RemoteShellException>(() => PlanAsync(TimeSpan.FromDays(1)));
        await _server.RestartAsync();
        Assert.Equal(plan.Former, _server.Server.HostKey);
        await ConnectAsync(_server.Options);
        Assert.Contains($"{_server.Options.Host} {plan.Next}", Lines());
        await _server.Server.DisposeAsync();
        Assert.Equal(plan.Next, (await HostKeyRotation.UseNowAsync(_server.ServerOptions).Within()).Next);
        using (var key = Identity.Load(_server.ServerOptions.HostKeyFile))
            Assert.Equal(plan.Next, key.PublicKey);
        await _server.RestartAsync();
        await ConnectAsync(_server.Options with { Trust = new() });
    }

    [Fact]
    public async Task Plan_that_is_removed_is_not_announced_and_not_used()
    {
        await ConnectAsync(_server.Options);
        await PlanAsync(TimeSpan.FromSeconds(2));
        File.Delete($"{_server.ServerOptions.HostKeyFile}-next");
        _server.Server.Apply(_server.ServerOptions);
        await ConnectAsync(_server.Options);
        Assert.Single(Lines());
        // Removed without a word to the server.
        PublicKey present = _server.Server.HostKey;
        HostKeyPlan plan = await PlanAsync(TimeSpan.FromSeconds(2));
        File.Delete($"{_server.ServerOptions.HostKeyFile}-next");
        await Waiting.Until(() => DateTimeOffset.UtcNow > plan.From, "the time has come");
        Assert.Equal(present, _server.Server.HostKey);
        Assert.Equal(present, _server.Server.HostKey);
    }

    [Fact]
    public async Task Only_a_line_of_the_present_key_gets_a_next_one()
    {
        await PlanAsync(TimeSpan.FromDays(14));
        string pinned = _server.Server.HostKey.Fingerprint;
        await ConnectAsync(_server.Options with { Trust = new() { Fingerprint = pinned } });
        Assert.False(File.Exists(_server.Options.KnownHostsFile));
        string further = Path.Combine(_server.Folder, "further"), own = _server.Options.KnownHostsFile;
        PrivateFile.AppendLine(further, $"{_server.Options.Host} {_server.Server.HostKey}");
        await ConnectAsync(_server.Options with { Trust = new() { FurtherFiles = [further] } });
        Assert.Single(await File.ReadAllLinesAsync(further));
        Assert.False(File.Exists(own));
        PrivateFile.AppendLine(own, $"*:{_server.Options.Host.Port} {_server.Server.HostKey}");
        await ConnectAsync(_server.Options with { Trust = new() });
        Assert.Single(Lines());
        // A hidden name stays hidden.
        PrivateFile.AppendLine(own, $"{HashedHost.Of(_server.Options.Host.ToString())} {_server.Server.HostKey}");
        File.WriteAllLines(own, File.ReadAllLines(own)[1..]);
        await ConnectAsync(_server.Options with { Trust = new() });
        await ConnectAsync(_server.Options with { Trust = new() });
        Assert.Equal(2, Lines().Length);
        Assert.DoesNotContain("127.0.0.1", await File.ReadAllTextAsync(own));
    }

    [Fact]
    public void File_that_cannot_be_written_is_told_and_the_client_goes_on()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs Unix file modes");
            return;
        }

        using var folder = new TemporaryFolder();
        using Identity present = Identity.Create(folder["1"]), next = Identity.Create(folder["2"]);
        HostAddress host = new("server.example", 7022);
        KnownHostsFile file = KnownHostsFile.Of(folder["known_hosts"]);
        file.Add(host, present.PublicKey);
        File.SetUnixFileMode(folder["known_hosts"], (UnixFileMode)0x1FF);
        List<Exception> faults = [];
        var announced = new HelloNextKey { Key = $"{next.PublicKey}", Signature = NextKeyProof.Sign(present.PublicKey, next) };
        foreach (Action<Exception>? notStored in (Action<Exception>?[])[faults.Add, null])
        {
            new HostKeyFollower(file, host, present.PublicKey, LineForm.Name, notStored)
                .Follow(new() { Version = 1, NextKey = announced });
        }

        Assert.IsType<PrivateFileException>(Assert.Single(faults));
        Assert.Single(File.ReadAllLines(folder["known_hosts"]));
    }

    [Fact]
    public void Announcement_without_a_valid_proof_is_ignored()
    {
        using var folder = new TemporaryFolder();
        using Identity present = Identity.Create(folder["1"]), next = Identity.Create(folder["2"]), thief = Identity.Create(folder["3"]);
        HostAddress host = new("server.example", 7022);
        KnownHostsFile file = KnownHostsFile.Of(folder["known_hosts"]);
        file.Add(host, present.PublicKey);
        var follower = new HostKeyFollower(file, host, present.PublicKey, LineForm.Name, notStored: null);
        byte[] right = NextKeyProof.Sign(present.PublicKey, next);
        HelloNextKey[] wrong =
        [
            // Who announces a key of somebody else cannot sign by it.
            new() { Key = next.PublicKey.ToString(), Signature = NextKeyProof.Sign(present.PublicKey, thief) },
            new() { Key = next.PublicKey.ToString(), Signature = NextKeyProof.Sign(thief.PublicKey, next) },
            new() { Key = next.PublicKey.ToString(), Signature = right.AsMemory(1) },
            new() { Key = $"{next.PublicKey}".Replace("ecdsa", "other", StringComparison.Ordinal), Signature = right },
            new() { Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChuYXzMPTMcRrWFbVUzBGyRqyNVGZzcHdZ0X5gDJ", Signature = right },
            new() { Key = "\n", Signature = right },
        ];
        foreach (HelloNextKey announced in wrong)
            follower.Follow(new() { Version = 1, NextKey = announced });
        follower.Follow(new() { Version = 1 });
        Assert.Single(File.ReadAllLines(folder["known_hosts"]));
        // A comment behind the key does not get into the file.
        follower.Follow(new() { Version = 1, NextKey = new() { Key = $"{next.PublicKey} x\n* y", Signature = right } });
        Assert.Equal([$"{host} {present.PublicKey}", $"{host} {next.PublicKey}"], File.ReadAllLines(folder["known_hosts"]));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task ConnectAsync(ClientOptions options)
        => await (await RemoteShellClient.ConnectAsync(options).Within()).DisposeAsync();

    private Task<HostKeyPlan> PlanAsync(TimeSpan after) => HostKeyRotation.PlanAsync(_server.ServerOptions, after).Within();

    private string[] Lines() => File.ReadAllLines(_server.Options.KnownHostsFile);
}
