using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary><c>rsh-server run --record</c>, and <c>rsh-server record</c>.</summary>
public class RecordingTests
{
    [Fact]
    public async Task Commands_and_terminals_are_recorded_listed_played_and_exported()
    {
        await using Programs programs = await Programs.StartAsync("--record", "exec,tty");
        Assert.Equal(3, (await programs.ClientAsync("run", programs.Host, "echo out; sleep 0.1; echo err >&2; exit 3")).Status);
        await using (TestTerminal terminal = programs.ClientOnTerminal("shell", programs.Host, "echo shown; exit 4"))
            Assert.Equal(4, await terminal.EndAsync());
        byte[] random = new byte[100_000];
        Random.Shared.NextBytes(random);
        await File.WriteAllBytesAsync(Path.Combine(programs.Home, "random"), random);
        Output binary = await programs.ClientAsync("run", programs.Host, $"cat {programs.Home}/random");
        Assert.Equal(random, binary.Bytes);

        JsonElement[] list = await ListAsync(programs, count: 4);
        Assert.Equal(["exec", "exec", "tty", "exec"], list.Select(one => one.GetProperty("kind").GetString()));
        string[] jobs = [.. list.Select(one => one.GetProperty("job").GetString()!)];
        Output text = await programs.RunAsync("rsh-server", ["record", "export", "--text", jobs[1], "-"], "");
        Assert.Equal((0, "out\nerr\n", ""), (text.Status, text.Text, text.Error));
        Output played = await programs.RunAsync("rsh-server", ["record", "play", "--speed", "1000", jobs[2]], "");
        Assert.Equal((0, "shown\r\n", ""), (played.Status, played.Text, played.Error));

        string file = Path.Combine(programs.Home, "copy.cast");
        Assert.Equal(0, (await programs.RunAsync("rsh-server", ["record", "export", jobs[1], file], "")).Status);
        string[] lines = await File.ReadAllLinesAsync(file);
        Assert.Matches("^\\[0\\.[1-9]\\d+, \"e\", \"err\\\\n\"\\]$", lines[2]);
        Assert.EndsWith("\"x\", \"3\"]", lines[3]);
        Assert.Equal("out\nerr\n", (await programs.ClientAsync("replay", "--speed", "100", file)).Text);
        Assert.Equal(1, (await programs.RunAsync("rsh-server", ["record", "export", jobs[1], file], "")).Status);
        Assert.Contains("  exec  ", (await programs.RunAsync("rsh-server", ["record", "list"], "")).Text);
    }

    [Fact]
    public async Task Lines_of_a_prompt_are_recorded_too()
    {
        await using Programs programs = await Programs.StartAsync("--record", "exec");
        Assert.Equal(0, (await programs.ClientWithInputAsync("echo typed\n", "connect", programs.Host)).Status);
        await Waiting.UntilAsync(
            async () => (await programs.RunAsync("rsh-server", ["record", "list"], "")).Text.Contains("  echo typed\n"), "it is listed");
    }

    [Fact]
    public async Task Detached_job_is_recorded_at_its_end_also_after_a_restart_of_the_server()
    {
        await using Programs programs = await Programs.StartAsync("--record", "exec");
        string go = Path.Combine(programs.Home, "go");
        Output job = await programs.ClientAsync(
            "run", "-d", programs.Host, $"echo first; while ! test -e {go}; do sleep 0.05; done; echo last >&2; exit 5");
        await programs.KillServerAsync();
        await File.WriteAllTextAsync(go, "");
        await programs.StartServerAgainAsync("--record", "exec");
        Assert.Equal(5, (await programs.ClientAsync("wait", programs.Host, job.Text.Trim())).Status);
        await ListAsync(programs, count: 2);
        Output text = await programs.RunAsync("rsh-server", ["record", "export", "--text", job.Text.Trim(), "-"], "");
        Assert.Equal("first\nlast\n", text.Text);
    }

    [Fact]
    public async Task Key_option_records_both_kinds_of_its_jobs_and_no_others()
    {
        await using Programs programs = await Programs.StartAsync();
        string keys = Path.Combine(programs.Home, "server", "authorized_keys");
        await File.WriteAllTextAsync(keys, $"record {await File.ReadAllTextAsync(keys)}");
        Assert.Equal(0, (await programs.ClientAsync("run", programs.Host, "echo recorded")).Status);
        await using (TestTerminal terminal = programs.ClientOnTerminal("shell", programs.Host, "echo shown"))
            Assert.Equal(0, await terminal.EndAsync());
        JsonElement[] list = await ListAsync(programs, count: 2);
        Assert.Equal(["exec", "tty"], list.Select(one => one.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Oldest_recordings_give_way_at_the_quota()
    {
        await using Programs programs = await Programs.StartAsync("--record", "exec", "--record-quota", "64K");
        for (int i = 0; i < 4; i++)
            Assert.Equal(0, (await programs.ClientAsync("run", programs.Host, $"head -c 20000 /dev/zero | tr '\\0' {i}")).Status);

        string folder = Path.Combine(programs.Home, "server", "recordings");
        await Waiting.Until(
            () => Directory.GetFiles(folder).Max(StringComparer.Ordinal) is { } last && File.Exists(last) && IsLast(last), "it is written");
        Assert.InRange(Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length), 20_000, 64 * 1024);
        Output list = await programs.RunAsync("rsh-server", ["record", "list"], "");
        Assert.Contains("tr '\\0' 3\n", list.Text);
        Assert.DoesNotContain("tr '\\0' 0\n", list.Text);
    }

    // The list of recordings, once there are as many and all are complete.
    private static async Task<JsonElement[]> ListAsync(Programs programs, int count)
    {
        string folder = Path.Combine(programs.Home, "server", "recordings");
        await Waiting.Until(
            () => Directory.Exists(folder) && Directory.GetFiles(folder).Count(IsComplete) == count, $"{count} recordings are complete");
        Output output = await programs.RunAsync("rsh-server", ["record", "list", "--json"], "");
        return [.. output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static bool IsLast(string file)
        => IsComplete(file) && Programs.ReadShared(file)[0].Contains(" 3\"", StringComparison.Ordinal);

    private static bool IsComplete(string file)
        => Programs.ReadShared(file).LastOrDefault(line => line.Length > 0)?.Contains(", \"x\", ", StringComparison.Ordinal) == true;
}
