using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using RemoteShell.Fleet;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>Hosts that hang, and hosts that flood the controller.</summary>
public sealed class FloodTests : IAsyncLifetime
{
    // In bytes, of one host. The programs that are not native have a larger heap.
    private const int Flood = 50_000_000;

    private static readonly long MaxMemory = Programs.AreNative ? 100_000_000 : 250_000_000;

    private FleetServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FleetServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Deadline_ends_hosts_that_hang_and_skips_those_that_are_not_begun()
    {
        using var mark = new Marked();
        string deadline = Programs.AreNative ? "3s" : "8s";
        Task<Output> running = _server.RunAsync(
            "--json", "--fanout", "2", "--deadline", deadline, _server.Hosts(4), $"exec sleep {mark.Seconds}");
        await mark.UntilAsync(2);
        Output output = await running;
        await mark.UntilAsync(0);

        KeptRun run = _server.LastRun();
        JsonElement[] lines = FleetServer.Json(output);
        Dictionary<string, JsonElement> hosts = lines[..^1].ToDictionary(line => FleetServer.Text(line, "host"));
        foreach (int number in (int[])[1, 2])
        {
            JsonElement host = hosts[_server.Host(number)];
            string job = run.Targets.Single(target => target.Host == _server.Host(number)).Job;
            Assert.Equal(("timed-out", job), (FleetServer.Text(host, "verdict"), FleetServer.Text(host, "job")));
            Assert.Equal("False", FleetServer.Text(host, "verified"));
        }

        foreach (int number in (int[])[3, 4])
            Assert.Equal("skipped", FleetServer.Text(hosts[_server.Host(number)], "verdict"));
        Assert.Equal((4, 255), (hosts.Count, output.Status));
        Output shown = await _server.ClientAsync("runs", "show", run.Record.Id);
        Assert.Contains($"timed-out {run.Targets[0].Job}", shown.Text);
        await _server.NoJobAsync("--running");
    }

    [Fact]
    public async Task Output_of_hosts_that_flood_is_kept_once_and_not_in_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /proc/PID/status");
        using Process client = _server.Start(
            "--group", _server.Hosts(5), $"yes abcdefghijklmnopqrstuvwxyz0123456 | head -c {Flood}");
        var head = new byte[16];
        // What is read next comes after all hosts have ended.
        await client.StandardOutput.BaseStream.ReadExactlyAsync(head).AsTask().Within(TimeSpan.FromMinutes(3));
        Assert.InRange(Peak(client), 1, MaxMemory);
        Output rest = await FleetServer.EndAsync(client);
        Assert.Equal(0, rest.Status);
        string rule = $"{new string('-', 15)}\n", title = $"{rule}{_server.Hosts(5)} (5)\n{rule}";
        Assert.Equal(title, Encoding.UTF8.GetString([.. head, .. rest.Bytes.AsSpan(0, title.Length - head.Length)]));
        Assert.InRange(title.Length + Flood - head.Length - rest.Bytes.Length, -1, 0);
        Assert.InRange(_server.LastRun().Bytes, Flood, Flood + 100_000);
    }

    [Fact]
    public async Task Whole_lines_of_many_hosts_are_never_mixed()
    {
        const int Hosts = 20, Lines = 40, Length = 3000, LongLength = 60_000;
        // Each line comes in three parts, of which a pipe takes some only in pieces. The last line has no end.
        string command = $"""
            i=0
            while [ $i -lt {Lines} ]; do
              l={Length}; [ $((i % 10)) -ne 0 ] || l={LongLength}
              printf '%s<' $i; printf "%0$((l))d" 0; printf '>%s\n' $i
              i=$((i + 1))
            done
            printf end
            """;
        Output output = await _server.RunAsync(_server.Hosts(Hosts), command);
        Assert.Equal(0, output.Status);
        string[] expected =
        [
            .. from i in Enumerable.Range(0, Lines)
               let middle = new string('0', i % 10 == 0 ? LongLength : Length)
               select $"{i}<{middle}>{i}",
            "end",
        ];
        Dictionary<string, string[]> lines = ByHost(output.Text);
        Assert.Equal(Hosts, lines.Count);
        Assert.All(lines.Values, own => Assert.Equal(expected, own));
    }

    [Fact]
    public async Task Line_that_is_too_long_is_shown_in_pieces_of_its_host()
    {
        const int Hosts = 3, Length = 1_000_000;
        Output output = await _server.RunAsync(_server.Hosts(Hosts), $"printf '%0{Length}d\n' 0; echo end");
        Assert.Equal(0, output.Status);
        Dictionary<string, string[]> lines = ByHost(output.Text);
        Assert.Equal(Hosts, lines.Count);
        Assert.All(lines.Values, own => Assert.Equal($"{new string('0', Length)}end", string.Concat(own)));
        Assert.All(lines.Values, own => Assert.Equal("end", own[^1]));
    }

    [Fact]
    public async Task Reader_that_does_not_read_keeps_no_other_host_from_running()
    {
        const string number = "n=$(echo $SSH_CONNECTION | cut -d' ' -f3 | cut -d. -f4)";
        // The pool of threads would grow by about one a second, too slowly to take a thread for each host that writes.
        using Process client = _server.Start(
            "--fanout", "73", _server.Hosts(80), $"{number}; [ $n -le 72 ] && exec yes; echo x >> {_server["quiet"]}");
        Task<string> error = client.StandardError.ReadToEndAsync();
        await Waiting.Until(() => _server.Lines("quiet").Length == 8, "the hosts that write nothing have run");
        client.StandardOutput.Close();
        await client.WaitForExitAsync().Within();
        Assert.Equal(141, client.ExitCode);
        Assert.DoesNotContain("lost", await error);
    }

    [Fact]
    public async Task Reader_that_leaves_ends_the_run()
    {
        using Process client = _server.Start("--fanout", "3", _server.Hosts(4), "yes");
        Assert.NotNull(await client.StandardOutput.ReadLineAsync().Within());
        client.StandardOutput.Close();
        Task<string> error = client.StandardError.ReadToEndAsync();
        await client.WaitForExitAsync().Within();
        Assert.Equal(141, client.ExitCode);
        // As for one host: who has closed the output wants no more of it.
        Assert.Equal("", await error);
        await _server.NoJobAsync("--running");
        KeptRun run = _server.LastRun();
        Assert.Equal(RunState.Ended, run.State);
        Assert.Equal(["killed", "killed", "killed", "skipped"], run.Verdicts.Select(verdict => verdict.Word).Order());
    }

    // The lines of each host, without their prefix.
    private static Dictionary<string, string[]> ByHost(string text)
    {
        Assert.EndsWith("\n", text);
        Match[] lines = [.. text[..^1].Split('\n').Select(line => Regex.Match(line, @"^(127\.0\.0\.\d+:\d+): (.*)$"))];
        Assert.All(lines, line => Assert.True(line.Success));
        return lines.GroupBy(line => line.Groups[1].Value)
            .ToDictionary(host => host.Key, host => host.Select(line => line.Groups[2].Value).ToArray());
    }

    private static long Peak(Process process)
    {
        string line = File.ReadLines($"/proc/{process.Id}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
