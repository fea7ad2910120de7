using System.Text.Json;
using RemoteShell.Client;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.Server.Tests.Hostile;

/// <summary>Hostile clients on real connections. A failure prints its seed; RSH_FUZZ_SEED runs only that seed.</summary>
public sealed class RandomClientTests : IAsyncDisposable
{
    private const int Lanes = 3;

    // Several conversations use it, so that it may be refused in one and be there from another.
    private const string SharedJob = "0123456789abcdef";

    // Bytes by which the heap may grow: what is remembered of some hundred jobs, and what other tests of this process use.
    private const long MaxGrowth = 256 * 1024 * 1024;

    private static readonly int Runs = TestSize.Of(400, 20_000);

    private readonly TestServer _server = new();

    [Fact]
    public async Task Server_survives_hostile_clients_and_serves_others()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var refused = new HashSet<string>(StringComparer.Ordinal);
        int[] seeds = [.. FuzzSeed.Of(0, Runs)];
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => PlayAsync(seeds.Where((_, i) => i % Lanes == lane), refused)));

        await using RemoteShellClient good = await _server.ConnectAsync();
        Assert.Equal(0, (await good.RunBufferedAsync(RemoteCommand.Shell("echo fine")).Within()).Result.ExitCode);
        foreach (JobInfo job in await good.ListJobsAsync(JobFilter.All).Within())
            Assert.False(refused.Contains(job.Id), $"the job {job.Id} was refused and is in the list");
        Assert.Empty(_server.Log.Where(line => line.Any(char.IsControl)).Select(line => $"a control character in: {line}"));
        // The server's words for an exception that nothing has caught before.
        Assert.DoesNotContain(_server.Log, line => line.EndsWith(" failed", StringComparison.Ordinal));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MaxGrowth);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task PlayAsync(IEnumerable<int> seeds, HashSet<string> refused)
    {
        foreach (int seed in seeds)
        {
            try
            {
                IEnumerable<string> jobs = await PlayAsync(seed);
                lock (refused)
                    refused.UnionWith(jobs);
            }
            catch (Exception e)
            {
                string frames = FrameText.Of(RandomClient.Generate(Choices.FromSeed(seed), seed).Frames);
                Assert.Fail($"{FuzzSeed.Variable}={seed}: {e}\n{frames}");
            }
        }
    }

    // Plays one conversation, and returns the jobs that the server refused.
    private async Task<IEnumerable<string>> PlayAsync(int seed)
    {
        RandomConversation said = RandomClient.Generate(Choices.FromSeed(seed), seed);
        var heard = new HeardFrames();
        Task reading;
        await using (RawPeer peer = await RawPeer.ConnectAsync(_server))
        {
            reading = heard.ReadAsync(peer);
            try
            {
                await peer.SendAsync([.. said.Frames]);
                if (!said.IsDamaged)
                {
                    await peer.SendAsync(RawPeer.Frame("""{"type":"ping","id":4711}"""));
                    await Waiting.Until(() => heard.HasPong || heard.IsOver, "the server answered the ping, or closed");
                    uint[] open = [.. Answered(said)];
                    await Waiting.Until(
                        () => heard.IsOver || open.All(heard.Channels.ContainsKey),
                        $"the channels {string.Join(' ', open)} were answered");
                    await peer.SendAsync(RawPeer.Frame("""{"type":"goodbye"}"""));
                }
            }
            catch (IOException)
            {
                // The server has closed the connection because of an earlier frame.
            }
        }

        await reading.WaitAsync(Waiting.Limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.Empty(heard.Faults);
        return Refused(said, heard);
    }

    // The channels that a server must answer: valid numbers of requests other than 'wait', without an error of the client's own.
    private static IEnumerable<uint> Answered(RandomConversation said)
    {
        (string Type, uint Channel, string Header)[] frames = [.. Read(said)];
        uint[] given = [.. frames.Where(frame => frame.Type == "error").Select(frame => frame.Channel)];
        return frames
            .Where(frame => frame.Type == "open" && !frame.Header.Contains("\"wait\"", StringComparison.Ordinal))
            .Select(frame => frame.Channel)
            .Except(given);
    }

    private static IEnumerable<string> Refused(RandomConversation said, HeardFrames heard)
    {
        var byJob = Read(said)
            .Where(frame => frame.Type == "open" && frame.Header.Contains("\"exec\"", StringComparison.Ordinal))
            .Select(frame => (Job: JobOf(frame.Header), frame.Channel))
            .Where(open => JobId.IsValid(open.Job) && open.Job != SharedJob)
            .GroupBy(open => open.Job!, open => open.Channel);
        return byJob
            .Where(group => group.All(channel => heard.Channels.TryGetValue(channel, out var types) && types.Contains("refused")))
            .Select(group => group.Key);
    }

    private static string? JobOf(string header)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(header);
            bool isText = json.RootElement.TryGetProperty("job", out JsonElement job) && job.ValueKind == JsonValueKind.String;
            return isText ? job.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Type, uint Channel, string Header)> Read(RandomConversation said)
    {
        foreach (byte[] frame in said.Frames)
        {
            FrameEnvelope envelope = default;
            int bodyStart = 0;
            bool isWhole = false;
            try
            {
                isWhole = FrameCodec.TryReadHeader(frame, FrameLimits.Default, out envelope, out bodyStart);
            }
            catch (FrameException)
            {
                // The server closes at this frame, or answers it with an error.
            }

            if (isWhole)
                yield return (envelope.Type, envelope.Channel, System.Text.Encoding.UTF8.GetString(frame, 4, bodyStart - 4));
        }
    }
}
