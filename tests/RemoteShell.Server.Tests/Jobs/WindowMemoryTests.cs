using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>The windows of a key's jobs grow from one budget, which is returned however a job or its connection ends.</summary>
/// <remarks>The test's client acknowledges nothing by itself, so what it has received is what the server keeps in memory.</remarks>
public class WindowMemoryTests
{
    private const int MiB = 1 << 20;
    private const int Budget = 4 * MiB;

    // The first size of a stream, and the chunk by which a buffer may exceed its capacity.
    private const int FirstSize = MiB;
    private const int Chunk = 256 * 1024;

    private const long LargestWindow = 16 * MiB;

    // Bytes that a stream keeps if it has the whole budget. A job writes a little more, so that nothing of it needs the budget at the end.
    private const int Whole = FirstSize + Budget;
    private const string Command = "exec head -c 6000000 /dev/zero";

    [Fact]
    public async Task Many_jobs_with_the_largest_windows_share_the_memory_of_their_key()
    {
        const int jobs = 8, size = 8 * MiB;
        await using TestServer server = Start();
        await using RawPeer peer = await ConnectAsync(server);
        for (uint channel = 1; channel < 2 * jobs; channel += 2)
            await peer.SendAsync(RawPeer.Exec(channel, $"exec head -c {size} /dev/zero", Window));

        var received = new Dictionary<uint, long>();
        await ReceiveAsync(peer, received, () => received.Values.Sum() >= jobs * FirstSize + Budget);
        // A server that keeps more sends more meanwhile: these answers come after what it has sent before.
        for (int i = 0; i < 20; i++)
        {
            await peer.SendAsync(RawPeer.Frame($$"""{"type":"ping","id":{{i}}}"""));
            await ReceiveAsync(peer, received, until: "pong");
        }

        Assert.InRange(received.Values.Sum(), jobs * FirstSize + Budget, jobs * (FirstSize + Chunk) + Budget);
        // No job is stuck: each goes on when its bytes are acknowledged.
        foreach ((uint channel, long count) in received.ToArray())
            await AcknowledgeAsync(peer, channel, count);
        int results = 0;
        while (results < jobs)
        {
            (string Type, uint Channel, string Header, byte[] Body) frame = (await peer.ReadAsync())!.Value;
            if (frame.Type == "result")
                results++;
            if (frame.Type != "data")
                continue;
            received[frame.Channel] += frame.Body.Length;
            await AcknowledgeAsync(peer, frame.Channel, received[frame.Channel]);
        }

        Assert.All(received.Values, count => Assert.Equal(size, count));
    }

    [Theory]
    [InlineData("acknowledged")]
    [InlineData("goodbye")]
    [InlineData("channel closed")]
    [InlineData("connection lost")]
    [InlineData("connection lost and kept")]
    [InlineData("refused to resume")]
    [InlineData("resumed")]
    public async Task Memory_of_a_window_is_returned_however_it_ends(string ending)
    {
        await using TestServer server = Start();
        string job = JobId.New();
        string more = ending == "connection lost" ? Window : $",\"onDisconnect\":\"keep:1h\"{Window}";
        RawPeer first = await ConnectAsync(server);
        await using RawPeer other = await ConnectAsync(server);
        await first.SendAsync(Open(1, job, more));
        long received = await FillAsync(first, channel: 1);

        switch (ending)
        {
            case "acknowledged":
                await AcknowledgeAsync(first, 1, received);
                break;
            case "goodbye":
                await first.SendAsync(RawPeer.Frame("""{"type":"goodbye","reason":"enough"}"""));
                break;
            case "channel closed":
                await first.SendAsync(RawPeer.Frame("""{"type":"error","channel":1,"code":"goodbye"}"""));
                break;
            case "refused to resume":
                await first.DisposeAsync();
                await other.SendAsync(Open(3, job, $"{more},\"streams\":{{\"stdout\":{{\"from\":900000000}},\"stderr\":{{\"from\":0}}}}"));
                await other.ReadAsync("refused");
                break;
            case "resumed":
                // All of it is sent, and kept, a second time.
                await other.SendAsync(Open(3, job, $"{more},\"streams\":{{\"stdout\":{{\"from\":0}},\"stderr\":{{\"from\":0}}}}"));
                received = await FillAsync(other, channel: 3);
                await AcknowledgeAsync(other, 3, received);
                break;
        }

        if (ending.StartsWith("connection lost", StringComparison.Ordinal))
            await first.DisposeAsync();
        await using RawPeer later = await ConnectAsync(server);
        await later.SendAsync(Open(1, JobId.New(), Window));
        await FillOnceReturnedAsync(later, channel: 1);
        await first.DisposeAsync();
    }

    private static string Window => $",\"window\":{LargestWindow}";

    private static TestServer Start() => new(options => options with { Limits = new() { WindowMemory = Budget } });

    private static async Task<RawPeer> ConnectAsync(TestServer server)
    {
        RawPeer peer = await RawPeer.ConnectAsync(server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
        return peer;
    }

    private static byte[] Open(uint channel, string job, string more)
        => RawPeer.Frame($$"""{"type":"open","channel":{{channel}},"request":"exec","job":"{{job}}","command":"{{Command}}"{{more}}}""");

    private static Task AcknowledgeAsync(RawPeer peer, uint channel, long count) => peer.SendAsync(
        RawPeer.Frame($$"""{"type":"window","channel":{{channel}},"stream":"stdout","limit":{{count + LargestWindow}}}"""));

    // Receives until the job keeps as much as the whole budget allows.
    private static async Task<long> FillAsync(RawPeer peer, uint channel)
    {
        var received = new Dictionary<uint, long>();
        await ReceiveAsync(peer, received, () => received.GetValueOrDefault(channel) >= Whole);
        return received[channel];
    }

    // The memory may be returned after the job has asked for it. The job asks again at each byte that is acknowledged.
    private static async Task FillOnceReturnedAsync(RawPeer peer, uint channel)
    {
        Task filling = FillAsync(peer, channel);
        for (int acknowledged = 1; !filling.IsCompleted; acknowledged++)
        {
            await AcknowledgeAsync(peer, channel, acknowledged);
            await Task.WhenAny(filling, Task.Delay(TimeSpan.FromMilliseconds(10)));
        }

        await filling;
    }

    private static async Task ReceiveAsync(RawPeer peer, Dictionary<uint, long> received, Func<bool>? isEnough = null, string until = "")
    {
        while (isEnough is null || !isEnough())
        {
            (string Type, uint Channel, string Header, byte[] Body) frame = (await peer.ReadAsync())!.Value;
            if (frame.Type == until)
                return;
            if (frame.Type == "data")
                received[frame.Channel] = received.GetValueOrDefault(frame.Channel) + frame.Body.Length;
        }
    }
}
