using System.Text;
using NATS.Client.Core;
using RemoteShell.Protocol.Transport;
using RemoteShell.Testing.Nats;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>The users of docs/broker.conf: everything works, and none can do what is for another one.</summary>
public sealed class BroadcastPermissionTests : IAsyncLifetime
{
    private readonly Programs _client = new();
    private NatsServer _broker = null!;
    private FleetHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(NatsServer.IsInstalled, NatsServer.Missing);
        Assert.Equal(0, (await _client.ClientAsync("keygen")).Status);
        string key = (await _client.ClientAsync("pubkey")).Text;
        string fingerprint = Identity.Load(Path.Combine(_client.Home, "client", "id_ecdsa.pem")).PublicKey.Fingerprint;
        string all = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "broker.conf"));
        string accounts = all[all.IndexOf("accounts", StringComparison.Ordinal)..];
        accounts = accounts.Replace("ALICE-KEY", fingerprint["SHA256:".Length..])
            .Replace("ADMIN-PASSWORD", "admin").Replace("ALICE-PASSWORD", "alice").Replace("WEB1-PASSWORD", "web1");
        _broker = await NatsServer.StartAsync(accounts);
        WriteCredentials(Path.Combine(_client.Home, "admin"), "admin");
        Output setup = await _client.RunAsync(
            "rsh-broker", ["setup", "--url", _broker.Url, "--credentials", Path.Combine(_client.Home, "admin")], "");
        Assert.True(setup.Status == 0, setup.Error);
        string credentials = Path.Combine(_client.Home, "credentials");
        WriteCredentials(credentials, "alice");
        string[] lines =
        [
            "AcceptNew yes", "Host web*", $"  Broker {_broker.Url}", $"  BrokerCredentials {credentials}", "  BrokerInbox _INBOX.alice",
        ];
        await File.WriteAllLinesAsync(Path.Combine(_client.Home, "client", "config"), lines);
        _host = await FleetHost.StartAsync("web1", key, "--groups", "web");
        WriteCredentials(_host.CredentialsFile, "web1");
        await _host.ServeAsync(_broker.Url);
        await Waiting.UntilAsync(
            async () => (await _client.ClientAsync("run", "web1", "true")).Status == 0, "the host answers through a tunnel");
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        await _client.DisposeAsync();
        if (_broker is not null)
            await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Tunnels_broadcasts_and_the_list_of_hosts_work()
    {
        Output output = await _client.ClientAsync("run", "--json", "web1,web1", "sleep 1; echo hi");
        BroadcastFleet.AssertVerdicts(output, "ok");
        string[] options = ["--url", _broker.Url, "--credentials", Path.Combine(_client.Home, "credentials"), "--inbox", "_INBOX.alice"];
        Output hosts = await _client.RunAsync("rsh-broker", ["hosts", .. options], "");
        Assert.True(hosts.Status == 0, hosts.Error);
        Assert.Contains("\"web1\"", hosts.Text);
    }

    [Theory]
    [InlineData("alice", "$JS.API.STREAM.DELETE.RSH_REQUESTS")]
    [InlineData("alice", "$JS.API.STREAM.PURGE.RSH_RESULTS")]
    [InlineData("alice", "$JS.API.STREAM.MSG.GET.RSH_RESULTS")]
    [InlineData("alice", "$JS.API.DIRECT.GET.RSH_RESULTS")]
    [InlineData("alice", "$JS.API.STREAM.INFO.RSH_RESULTS")]
    [InlineData("alice", "$JS.API.CONSUMER.NAMES.RSH_RESULTS")]
    [InlineData("alice", "$JS.API.CONSUMER.CREATE.RSH_RESULTS")]
    [InlineData("alice", "$JS.API.CONSUMER.CREATE.RSH_RESULTS.x.rsh.result.>")]
    [InlineData("alice", "$JS.API.CONSUMER.CREATE.RSH_RESULTS.x.rsh.result.*.*.web1")]
    [InlineData("alice", "rsh.result.key.run.web1")]
    [InlineData("alice", "$KV.rsh-hosts.web1")]
    [InlineData("web1", "$JS.API.STREAM.DELETE.RSH_RESULTS")]
    [InlineData("web1", "$JS.API.CONSUMER.CREATE.RSH_RESULTS.x.rsh.result.>")]
    [InlineData("web1", "$JS.API.DIRECT.GET.RSH_RESULTS")]
    [InlineData("web1", "$JS.API.DIRECT.GET.RSH_RESULTS.rsh.result.*.*.web2")]
    [InlineData("web1", "rsh.result.key.run.web2")]
    [InlineData("web1", "rsh.request.run")]
    [InlineData("web1", "rsh.open.web2")]
    [InlineData("web1", "$KV.rsh-hosts.web2")]
    public async Task User_may_not_publish(string user, string subject)
    {
        await using NatsConnection nats = BroadcastHostileTests.Connect(_broker.Url, user, $"_INBOX.{user}");
        await nats.PublishAsync(subject, "{}"u8.ToArray());
        await nats.PingAsync();
        await RefusedAsync("Publish", subject);
    }

    [Theory]
    [InlineData("alice", "_INBOX.>")]
    [InlineData("alice", "_INBOX.bob.>")]
    [InlineData("alice", "rsh.>")]
    [InlineData("alice", "rsh.request.*")]
    [InlineData("alice", "rsh.result.>")]
    [InlineData("alice", "rsh.open.web1")]
    [InlineData("web1", "_INBOX.alice.>")]
    [InlineData("web1", "rsh.open.web2")]
    [InlineData("web1", "rsh.up.web2.*")]
    [InlineData("web1", "rsh.result.>")]
    public async Task User_may_not_subscribe_to(string user, string subject)
    {
        await using NatsConnection nats = BroadcastHostileTests.Connect(_broker.Url, user, $"_INBOX.{user}");
        await using INatsSub<byte[]> none = await nats.SubscribeCoreAsync<byte[]>(subject);
        await nats.PingAsync();
        await RefusedAsync("Subscription", subject);
    }

    [Fact]
    public async Task Client_of_the_broker_without_an_authorized_key_runs_nothing()
    {
        string folder = Path.Combine(_client.Home, "client");
        File.Delete(Path.Combine(folder, "id_ecdsa.pem"));
        Assert.Equal(0, (await _client.ClientAsync("keygen")).Status);
        string effect = Path.Combine(_client.Home, "effect");
        Output broadcast = await _client.ClientAsync("run", "--connect-timeout", "2s", "--json", "web1,web1", $"echo x >{effect}");
        Assert.Equal(255, broadcast.Status);
        Output tunnel = await _client.ClientAsync("run", "web1", $"echo x >{effect}");
        Assert.Equal(255, tunnel.Status);
        Assert.False(File.Exists(effect));
    }

    private Task RefusedAsync(string what, string subject)
    {
        return Waiting.Until(() => _broker.Log.Split('\n').Any(IsRefusal), "the broker refuses it");

        bool IsRefusal(string line)
            => line.Contains($"{what} Violation", StringComparison.Ordinal)
                && line.Contains($"Subject \"{subject}\"", StringComparison.Ordinal);
    }

    private static void WriteCredentials(string path, string user)
        => Assert.True(PrivateFile.TryCreate(path, Encoding.ASCII.GetBytes($"{user}:{user}\n")));
}
