using System.Diagnostics;
using System.Net.Sockets;
using NATS.Client.Core;
using RemoteShell.Broker.Broadcasts;
using RemoteShell.EndToEnd.Fleet;
using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.EndToEnd.Broker;

/// <summary>A user of the broker who passes on what was sent for another host, or answers for a host that is silent.</summary>
public sealed class BroadcastForgeryTests
{
    // As docs/broker.md says.
    private const byte Opened = 2, End = 5, Reset = 8;

    [Fact]
    public async Task Request_for_one_host_starts_nothing_on_another_one()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        await using NatsConnection nats = BroadcastHostileTests.Connect(fleet.Broker.Url);
        await using INatsSub<byte[]> requests = await nats.SubscribeCoreAsync<byte[]>("rsh.request.*");
        await nats.PingAsync();
        BroadcastFleet.AssertVerdicts(await fleet.RunAsync("web1,web1", $"echo web1 >>{fleet["effect"]}"), "ok");
        NatsMsg<byte[]> seen = await requests.Msgs.ReadAsync().Within();
        foreach (string word in (string[])["web2", RunOf(seen), Protocol.Messages.JobId.New()])
            await nats.PublishAsync($"rsh.request.{word}", seen.Data);
        await nats.PingAsync();
        // A request that comes later has run.
        BroadcastFleet.AssertVerdicts(await fleet.RunAsync("web2,web2", $"echo web2 >>{fleet["effect"]}"), "ok");
        Assert.Equal(["web1", "web2"], fleet.Lines("effect"));
        // The program on the host passes it on all the same.
        var socket = new UnixDomainSocketEndPoint(Path.Combine(fleet.Host(2).Programs.Home, "socket"));
        var server = new SocketServer(socket, new() { Name = "web2", Groups = ["web"] });
        SignedText? answer = await server
            .AnswerAsync(SignedText.Parse(seen.Data, SignedKind.Request), TestContext.Current.CancellationToken)
            .Within();
        Assert.Equal("not-meant", BroadcastResult.Open(answer!).Refusal?.Code);
        Assert.Equal(["web1", "web2"], fleet.Lines("effect"));
    }

    [Fact]
    public async Task Messages_of_a_tunnel_to_one_host_start_nothing_on_another_one()
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        await using NatsConnection nats = BroadcastHostileTests.Connect(fleet.Broker.Url);
        await using INatsSub<byte[]> tunnels = await nats.SubscribeCoreAsync<byte[]>("rsh.*.web1.>");
        await using INatsSub<byte[]> opening = await nats.SubscribeCoreAsync<byte[]>("rsh.open.web1");
        await using INatsSub<byte[]> answers = await nats.SubscribeCoreAsync<byte[]>("_INBOX.hostile");
        await nats.PingAsync();
        Output output = await fleet.ClientAsync("run", "web1", $"echo web1 >>{fleet["effect"]}");
        Assert.True(output.Status == 0, output.Error);
        await nats.PingAsync();

        NatsMsg<byte[]> open = await opening.Msgs.ReadAsync().Within();
        await nats.PublishAsync("rsh.open.web2", open.Data, replyTo: "_INBOX.hostile");
        await AnswersAsync(answers, Opened);
        while (tunnels.Msgs.TryRead(out NatsMsg<byte[]> one))
            await nats.PublishAsync(one.Subject.Replace("web1", "web2", StringComparison.Ordinal), one.Data);
        await AnswersAsync(answers, End, Reset);
        Assert.Equal(["web1"], fleet.Lines("effect"));
        Assert.Equal(0, (await fleet.ClientAsync("run", "web2", $"echo web2 >>{fleet["effect"]}")).Status);
        Assert.Equal(["web1", "web2"], fleet.Lines("effect"));
    }

    [Theory]
    [InlineData("stranger", "host-key")]
    [InlineData("web1", "unreachable")]
    [InlineData("garbage", "unreachable")]
    [InlineData("taken", "timed-out")]
    public async Task Silent_host_has_no_result_if_somebody_answers_for_it_with(string forgery, string verdict)
    {
        await using BroadcastFleet fleet = await BroadcastFleet.StartAsync(2);
        await fleet.Host(2).KillServeAsync();
        await using NatsConnection nats = BroadcastHostileTests.Connect(fleet.Broker.Url);
        await using INatsSub<byte[]> requests = await nats.SubscribeCoreAsync<byte[]>("rsh.request.*");
        await using INatsSub<byte[]> results = await nats.SubscribeCoreAsync<byte[]>("rsh.result.*.*.web1");
        await nats.PingAsync();
        using Identity stranger = Identity.Create(fleet["stranger.pem"]);
        using Process client = fleet.Start(
            "run", "--json", "--connect-timeout", "6s", "--deadline", "15s", "web[1-2]", $"echo x >>{fleet["effect"]}");
        Task<Output> ending = FleetServer.EndAsync(client);
        NatsMsg<byte[]> seen = await requests.Msgs.ReadAsync().Within();
        NatsMsg<byte[]> result = await results.Msgs.ReadAsync().Within();
        byte[] forged = Forge(forgery, SignedText.Parse(seen.Data, SignedKind.Request), result.Data!, stranger);
        await nats.PublishAsync($"{result.Subject[..result.Subject.LastIndexOf('.')]}.web2", forged);
        await nats.PingAsync();
        BroadcastFleet.AssertVerdicts(await ending, "ok", verdict);
        Assert.Equal(["x"], fleet.Lines("effect"));
    }

    private static byte[] Forge(string forgery, SignedText request, byte[] result, Identity stranger) => forgery switch
    {
        "stranger" => BroadcastHostileTests.Lie(
            BroadcastRequest.Decode(request.Payload.Span), request.PayloadHash, "web2", stranger),
        "web1" => result,
        "garbage" => "garbage"u8.ToArray(),
        _ => [],
    };

    private static string RunOf(NatsMsg<byte[]> request) => request.Subject[(request.Subject.LastIndexOf('.') + 1)..];

    private static async Task AnswersAsync(INatsSub<byte[]> answers, params byte[] kinds)
    {
        while (Array.IndexOf(kinds, (await answers.Msgs.ReadAsync().Within()).Data![0]) < 0)
        {
        }
    }
}
