using RemoteShell.Protocol;
using RemoteShell.Testing.Hostile;

namespace RemoteShell.Client.Tests;

/// <summary>The library against hostile servers. A failure prints its seed; RSH_FUZZ_SEED runs only that seed.</summary>
public sealed class RandomServerTests : IDisposable
{
    private const string Job = "0123456789abcdef";
    private const int Lanes = 3;

    private static readonly int Runs = TestSize.Of(330, 30_000);

    // Far longer than an answer takes; a client that still waits then would wait for ever.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    // Each request returns the name of the stream and the bytes that the caller got, and the status if it is the command's.
    private static readonly (string Name, Func<RemoteShellClient, Task<Outcome>> RunAsync)[] Requests =
    [
        ("exec", client => RunAsync(client)),
        ("get", client => GetAsync(client)),
        ("attach", client => AttachAsync(client)),
        ("logs", client => LogsAsync(client)),
        ("wait", async client => new(Status: (await client.WaitAsync(Job)).ExitCode)),
        ("kill", async client => new(Status: (await client.KillAsync(Job)).ExitCode)),
        ("rm", async client => await DoAsync(client.ForgetAsync(Job))),
        ("jobs", async client => await DoAsync(client.ListJobsAsync(JobFilter.All))),
        ("who", async client => await DoAsync(client.WhoAsync())),
        ("notify", async client => await DoAsync(client.NotifyAsync("hear"))),
        ("complete", async client => await DoAsync(client.CompleteAsync("/et", isCommand: false, folder: null))),
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Client_reports_success_only_for_what_a_server_has_proved()
    {
        int[] seeds = [.. FuzzSeed.Of(0, Runs)];
        string[][] succeeded = await Task.WhenAll(Enumerable.Range(0, Lanes)
            .Select(lane => PlayAsync(_folder[$"client{lane}"], seeds.Where((_, i) => i % Lanes == lane))));
        if (FuzzSeed.Given is null)
            Assert.Empty(Requests.Select(request => request.Name).Except(succeeded.SelectMany(names => names)));
    }

    public void Dispose() => _folder.Dispose();

    // Plays the seeds one after the other, and returns the names of the requests that succeeded.
    private static async Task<string[]> PlayAsync(string folder, IEnumerable<int> seeds)
    {
        var succeeded = new HashSet<string>(StringComparer.Ordinal);
        await using var host = new RandomHost();
        var options = new ClientOptions
        {
            Folder = folder,
            Host = new("127.0.0.1", host.Port),
            Trust = new() { AcceptNew = true },
            GiveUp = TimeSpan.Zero,
            Authorization = AuthorizationCheck.OnFirstRequest,
            ConnectTimeout = TimeSpan.FromSeconds(2),
        };
        foreach (int seed in seeds)
        {
            (string name, Func<RemoteShellClient, Task<Outcome>> run) = Requests[seed % Requests.Length];
            (host.Seed, host.Last) = (seed, null);
            try
            {
                if (await CallAsync(options, run).Within(Limit) is { } outcome)
                {
                    succeeded.Add(name);
                    Check(outcome, host.Last);
                }
            }
            catch (Exception e)
            {
                Assert.Fail($"{FuzzSeed.Variable}={seed}, {name}: {e}\n{FrameText.Of(host.Last?.Frames ?? [])}");
            }
        }

        return [.. succeeded];
    }

    // Returns null if the client reported a failure in one of the documented ways.
    private static async Task<Outcome?> CallAsync(ClientOptions options, Func<RemoteShellClient, Task<Outcome>> run)
    {
        try
        {
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options);
            return await run(client);
        }
        catch (RemoteShellException)
        {
            return null;
        }
    }

    private static void Check(Outcome outcome, RandomAnswer? answer)
    {
        Assert.NotNull(answer);
        if (outcome.Status is null or 0)
            Assert.True(answer.ClaimsSuccess, "success, though the server never said so");
        if (outcome.Stream is { } stream)
            Assert.Equal(answer.Payload[stream], outcome.Content);
        if (outcome.Stream == "file")
            Assert.InRange(outcome.Content!.Length, answer.AnnouncedLength, long.MaxValue);
    }

    private static async Task<Outcome> RunAsync(RemoteShellClient client)
    {
        using var output = new MemoryStream();
        await using RemoteJob job = await client.StartAsync(RemoteCommand.Shell("x"), new() { Output = output });
        return new("stdout", output, (await job.Completion).ExitCode);
    }

    private static async Task<Outcome> AttachAsync(RemoteShellClient client)
    {
        using var output = new MemoryStream();
        await using RemoteJob job = await client.AttachAsync(
            Job, new Dictionary<OutputStream, long> { [OutputStream.StandardOutput] = 0 }, new() { Output = output });
        return new("stdout", output, (await job.Completion).ExitCode);
    }

    private static async Task<Outcome> LogsAsync(RemoteShellClient client)
    {
        using var output = new MemoryStream();
        await client.ReadLogsAsync(Job, new(), new() { Output = output });
        return new("stdout", output);
    }

    private static async Task<Outcome> GetAsync(RemoteShellClient client)
    {
        using var output = new MemoryStream();
        await client.GetAsync("/etc/passwd", _ => output);
        return new("file", output);
    }

    private static async Task<Outcome> DoAsync(Task request)
    {
        await request;
        return new();
    }

    private sealed record Outcome(string? Stream = null, byte[]? Content = null, int? Status = null)
    {
        public Outcome(string stream, MemoryStream content, int? status = null) : this(stream, content.ToArray(), status)
        {
        }
    }
}
