using System.Diagnostics;
using NATS.Client.Core;
using RemoteShell.EndToEnd.Fleet;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>A user of the broker who may publish everything: no host runs what no client has signed, and no verdict is wrong.</summary>
public sealed class BroadcastHostileTests
{
    [Theory]
    [InlineData("other-key")]
    [InlineData("changed")]
    [InlineData("expired")]
    [InlineData("other-target")]
    [InlineData("unsigned")]
    public async Task Host_does_not_run_a_request_that_is(string fault)
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(1);
        await using NatsConnection nats = Connect(fleet.Broker.Url);
        using Identity stranger = Identity.Create(fleet["stranger.pem"]);
        Identity signer = fault == "other-key" ? stranger : fleet.Identity;
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), issued = fault == "expired" ? now - 60_000 : now;
        var request = new BroadcastRequest
        {
            Run = JobId.New(),
            Targets = fault == "other-target" ? "web2" : "web1",
            Issued = issued,
            NotAfter = issued + 30_000,
            Key = signer.PublicKey.ToString(),
            Command = $"echo evil >>{fleet["effect"]}",
        };
        byte[] bytes = request.Sign(signer).ToBytes();
        if (fault == "changed")
            bytes[bytes.AsSpan().IndexOf("evil"u8)] ^= 1;
        if (fault == "unsigned")
            bytes.AsSpan(^64..).Clear();
        await nats.PublishAsync($"rsh.request.{request.Run}", bytes);
        await nats.PingAsync();
        await AssertOnlyAsync(fleet, "good");
    }

    [Fact]
    public async Task Host_runs_a_replayed_request_once_also_after_restarts()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(1);
        await using NatsConnection nats = Connect(fleet.Broker.Url);
        await using INatsSub<byte[]> requests = await nats.SubscribeCoreAsync<byte[]>("rsh.request.*");
        await nats.PingAsync();
        BroadcastFleet.AssertVerdicts(await fleet.RunAsync("web1,web1", $"echo good >>{fleet["effect"]}"), "ok");
        NatsMsg<byte[]> seen = await requests.Msgs.ReadAsync().Within();
        await nats.PublishAsync(seen.Subject, seen.Data);
        await nats.PublishAsync($"rsh.request.{JobId.New()}", seen.Data);
        await fleet.Host(1).KillServeAsync();
        await fleet.Host(1).Programs.KillServerAsync();
        await fleet.Host(1).StartServerAsync();
        await fleet.Host(1).ServeAsync(fleet.Broker.Url);
        await nats.PublishAsync(seen.Subject, seen.Data);
        await nats.PingAsync();
        await AssertOnlyAsync(fleet, "good", "good");
    }

    [Fact]
    public async Task Forged_and_copied_results_and_garbage_do_not_become_verdicts()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        await using NatsConnection nats = Connect(fleet.Broker.Url);
        await using INatsSub<byte[]> requests = await nats.SubscribeCoreAsync<byte[]>("rsh.request.*");
        await using INatsSub<byte[]> results = await nats.SubscribeCoreAsync<byte[]>("rsh.result.>");
        await nats.PingAsync();
        using Identity stranger = Identity.Create(fleet["stranger.pem"]);
        string gate = fleet["gate"];
        // The first host answers at once; the other one waits until all the lies have come.
        string command = $"mkdir {gate} && exit 3; while [ ! -e {gate}/open ]; do sleep 0.05; done; exit 3";
        using Process client = fleet.Start("run", "--json", "web[1-2]", command);
        Task<Output> ending = FleetServer.EndAsync(client);
        NatsMsg<byte[]> seen = await requests.Msgs.ReadAsync().Within();
        var text = SignedText.Parse(seen.Data, SignedKind.Request);
        BroadcastRequest request = BroadcastRequest.Decode(text.Payload.Span);
        string subject = $"rsh.result.{fleet.Identity.PublicKey.Fingerprint["SHA256:".Length..]}.{request.Run}";
        foreach (string host in (string[])["web1", "web2"])
        {
            byte[] lie = Lie(request, text.PayloadHash, host, stranger), other = Lie(request, new('0', 64), host, stranger);
            for (int n = 0; n < 300; n++)
            {
                await nats.PublishAsync($"{subject}.{host}", n % 3 == 0 ? lie : n % 3 == 1 ? other : "garbage"u8.ToArray());
                await nats.PublishAsync($"rsh.request.{n}", "garbage"u8.ToArray());
            }
        }

        // What one host has signed, as the answer of the other.
        while (await results.Msgs.ReadAsync().Within() is { } one)
        {
            string other = one.Subject.EndsWith("web1", StringComparison.Ordinal) ? "web2" : "web1";
            if (one.Data is not { Length: > 0 } data || !IsOf(data, fleet, out string signedBy))
                continue;
            await nats.PublishAsync($"{subject}.{other}", data);
            Assert.NotEqual(other, signedBy);
            break;
        }

        await nats.PingAsync();
        await File.WriteAllTextAsync($"{gate}/open", "");
        BroadcastFleet.AssertVerdicts(await ending.Within(TimeSpan.FromMinutes(1)), "failed", "failed");
    }

    internal static NatsConnection Connect(string url, string? user = null, string inbox = "_INBOX")
        => new(NatsOpts.Default with
        {
            Url = url,
            AuthOpts = new() { Username = user, Password = user },
            InboxPrefix = inbox,
            RequestTimeout = TimeSpan.FromSeconds(2),
        });

    internal static byte[] Lie(BroadcastRequest request, string hash, string host, Identity identity) => new BroadcastResult
    {
        Run = request.Run,
        Name = host,
        Request = hash,
        Key = identity.PublicKey.ToString(),
        Job = request.JobOn(host),
        Outcome = "exited",
        Code = 0,
        Started = request.Issued,
        Duration = 1,
    }.Sign(identity).ToBytes();

    // Whether a server of the fleet has signed it: the lies have another key.
    private static bool IsOf(byte[] data, BroadcastFleet fleet, out string name)
    {
        name = "";
        try
        {
            BroadcastResult result = BroadcastResult.Open(SignedText.Parse(data, SignedKind.Result));
            name = result.Name;
            return File.ReadAllText(fleet["client/known_hosts"]).Contains(result.Key, StringComparison.Ordinal);
        }
        catch (BroadcastException)
        {
            return false;
        }
    }

    // A later request has run, so the earlier one was seen.
    private static async Task AssertOnlyAsync(BroadcastFleet fleet, params string[] expected)
    {
        BroadcastFleet.AssertVerdicts(await fleet.RunAsync("web1,web1", $"echo good >>{fleet["effect"]}"), "ok");
        Assert.Equal(expected, fleet.Lines("effect"));
    }
}
