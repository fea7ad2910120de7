using System.Text.Json;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Requests;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>What one key can make the server keep.</summary>
public class KeyLimitTests
{
    [Fact]
    public void Requests_of_a_key_are_limited_in_number_and_bytes()
    {
        var limiter = new RequestLimiter(() => 3);
        Assert.Null(limiter.Begin(TestKeys.Make(1), 100));
        Assert.Null(limiter.Begin(TestKeys.Make(1), 100));
        Assert.Null(limiter.Begin(TestKeys.Make(1), 100));
        Assert.Contains("3 requests", limiter.Begin(TestKeys.Make(1), 100));
        Assert.Null(limiter.Begin(TestKeys.Make(2), (int)RequestLimiter.MaxBytes));
        Assert.Contains("16 MiB", limiter.Begin(TestKeys.Make(2), 1));
        limiter.End(TestKeys.Make(1), 100);
        Assert.Null(limiter.Begin(TestKeys.Make(1), 100));
        limiter.End(TestKeys.Make(2), (int)RequestLimiter.MaxBytes);
        Assert.Null(limiter.Begin(TestKeys.Make(2), 1));
    }

    [Fact]
    public void Running_jobs_of_a_key_are_limited_in_number_and_bytes()
    {
        var running = new RunningJobs(() => 2);
        Assert.Null(running.Begin(TestKeys.Make(1), RunningJobs.MaxBytes - 10, null));
        Assert.Contains("64 MiB", running.Begin(TestKeys.Make(1), 11, null));
        Assert.Null(running.Begin(TestKeys.Make(1), 10, null));
        Assert.Contains("2 jobs", running.Begin(TestKeys.Make(1), 0, null));
        Assert.Null(running.Begin(TestKeys.Make(2), RunningJobs.MaxBytes, null));
        running.End(TestKeys.Make(1), RunningJobs.MaxBytes - 10);
        Assert.Null(running.Begin(TestKeys.Make(1), RunningJobs.MaxBytes - 10, null));
        // A job of an earlier server counts, and is never refused.
        running.Continue(TestKeys.Make(1));
        running.End(TestKeys.Make(1), 10);
        Assert.Contains("2 jobs", running.Begin(TestKeys.Make(1), 0, null));
    }

    [Fact]
    public void Limit_of_a_key_bounds_its_jobs_only_if_it_is_below_that_of_the_server()
    {
        var running = new RunningJobs(() => 2);
        Assert.Null(running.Begin(TestKeys.Make(1), 0, 1));
        Assert.Contains("1 jobs", running.Begin(TestKeys.Make(1), 0, 1));
        Assert.Null(running.Begin(TestKeys.Make(1), 0, 100));
        Assert.Contains("2 jobs", running.Begin(TestKeys.Make(1), 0, 100));
    }

    [Fact]
    public void Key_may_use_its_whole_limit_again_after_its_last_job()
    {
        var running = new RunningJobs(() => 1);
        Assert.Null(running.Begin(TestKeys.Make(1), RunningJobs.MaxBytes, null));
        running.End(TestKeys.Make(1), RunningJobs.MaxBytes);
        Assert.Null(running.Begin(TestKeys.Make(1), RunningJobs.MaxBytes, null));
    }

    [Fact]
    public void Size_of_a_command_counts_each_of_its_texts()
    {
        var exec = new ExecRequest { Job = JobId.New() };
        Assert.Equal(0, ExecSize.Of(exec));
        Assert.Equal(64 + 8, ExecSize.Of(exec with { Command = "true" }));
        Assert.Equal(64 + 8, ExecSize.Of(exec with { Line = "true" }));
        Assert.Equal(64 + 8, ExecSize.Of(exec with { Cwd = "/tmp" }));
        Assert.Equal(3 * 64, ExecSize.Of(exec with { Argv = ["", "", ""] }));
        Assert.Equal(2 * 64, ExecSize.Of(exec with { Builtin = ["", ""] }));
        Assert.Equal(64 + 2, ExecSize.Of(exec with { Unset = ["A"] }));
        Assert.Equal((2 * 64) + 6, ExecSize.Of(exec with { Env = new Dictionary<string, string> { ["A"] = "12" } }));
    }

    // A request that reads no messages, and one that does.
    [Theory]
    [InlineData("wait")]
    [InlineData("logs")]
    public async Task Messages_that_nobody_reads_are_limited_in_bytes(string request)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: detached jobs need a POSIX shell");
        string job = await client.DetachAsync(RemoteCommand.Shell("exec sleep 300")).Within();
        await using RawPeer peer = await RawPeer.ConnectAsync(server);
        string open = $$"""{"type":"open","channel":1,"request":"{{request}}","job":"{{job}}","follow":true}""";
        byte[] signal = RawPeer.Frame($$"""{"type":"signal","channel":1,"name":"{{new string('x', 10_000)}}"}""");
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame(open));
        await peer.ReadAsync("opened");
        await peer.SendAsync(signal);
        await peer.SendAsync(signal);
        Assert.Contains($"\"code\":\"{ErrorCode.Overflow}\"", await peer.ReadAsync("error"));
        await client.KillAsync(job).Within();
    }

    [Fact]
    public async Task Command_is_kept_and_listed_as_a_text_of_1024_bytes()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        string tail = new('<', 30_000);
        await client.RunBufferedAsync(RemoteCommand.Shell($"true # {tail}")).Within();
        await client.RunBufferedAsync(RemoteCommand.Exact("true", tail)).Within();
        string[] commands = [.. (await client.ListJobsAsync(JobFilter.All).Within()).Select(job => job.Command)];
        Assert.Equal([$"true # {tail[..1014]}…", $"true {tail[..1016]}…"], commands);
        Assert.InRange(new FileInfo(Path.Combine(server.Folder, "server", "jobs", "journal")).Length, 1, 32_000);
    }

    [Fact]
    public async Task Reason_of_an_end_is_kept_as_a_text_of_1024_bytes()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        await client.RunBufferedAsync(RemoteCommand.Shell("true").WithWorkingDirectory($"/{new string('x', 100_000)}")).Within();
        JobInfo job = Assert.Single(await client.ListJobsAsync(JobFilter.All).Within());
        Assert.EndsWith("…", job.Reason);
        Assert.InRange(job.Reason!.Length, 1000, 1024);
    }

    [Theory]
    [InlineData("exec")]
    [InlineData("attach")]
    public async Task Holder_of_more_than_64_characters_is_refused(string request)
    {
        await using var server = new TestServer();
        await using RawPeer peer = await RawPeer.ConnectAsync(server);
        const string Terminal = "\"tty\":{\"term\":\"xterm\",\"columns\":80,\"rows\":24}";
        string form = request == "exec" ? ",\"shell\":true" : "";
        string fields = $"\"job\":\"{JobId.New()}\",\"holder\":\"{new string('x', 65)}\",{Terminal}{form}";
        await peer.SendAsync(
            RawPeer.Frame(RawPeer.Hello), RawPeer.Frame($$"""{"type":"open","channel":1,"request":"{{request}}",{{fields}} }"""));
        Assert.Contains($"\"code\":\"{ErrorCode.BadRequest}\"", await peer.ReadAsync("refused"));
    }

    [Fact]
    public async Task Environments_of_running_jobs_are_limited_and_counted_until_the_jobs_end()
    {
        await using var server = new TestServer();
        await using RawPeer peer = await RawPeer.ConnectAsync(server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
        // 180 kB of JSON, which take 2.7 MB as objects.
        string env = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"{i:x4}\":\"\""));
        int opened = 0;
        string last = "";
        for (uint channel = 1; channel < 200 && last.Length == 0; channel += 2)
        {
            await peer.SendAsync(RawPeer.Exec(channel, "exec sleep 300", $",\"env\":{{{env}}}"));
            (string Type, uint Channel, string Header, byte[] Body)? answer;
            do
                answer = await peer.ReadAsync();
            while (answer is not { Type: "opened" or "refused" });
            if (answer.Value.Type == "refused")
                last = answer.Value.Header;
            else
                opened++;
        }

        Assert.Contains("64 MiB", JsonDocument.Parse(last).RootElement.GetProperty("text").GetString());
        Assert.InRange(opened, 10, 40);
    }
}
