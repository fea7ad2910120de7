using System.Diagnostics;
using System.Net;

namespace RemoteShell.EndToEnd;

/// <summary>Real programs over a network that is not to be relied on.</summary>
public sealed class ReconnectingTests : IAsyncLifetime
{
    private Programs _programs = null!;
    private TcpRelay _relay = null!;

    private string Host => _relay.Address.ToString();

    public async ValueTask InitializeAsync()
    {
        _programs = await Programs.StartAsync("--kill-grace", "1s", "--stop-grace", "1s");
        _relay = new(IPEndPoint.Parse(_programs.Host));
        Assert.Equal(0, (await _programs.ClientAsync("run", "--accept-new", Host, "true")).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _programs.DisposeAsync();
    }

    [Fact]
    public async Task Cuts_in_the_middle_of_everything_are_said_once_each_and_lose_nothing()
    {
        string side = Path.Combine(_programs.Home, "side");
        int first = _relay.Connections;
        _relay.Budget = number => number - first < 6 ? 300_000 + (number * 70_001) : long.MaxValue;
        Output run = await _programs.ClientAsync("run", Host, $"seq 1 400000; seq 1 100000 >&2; echo once >> {side}; exit 9");
        Assert.Equal(9, run.Status);
        Assert.Equal(string.Concat(Enumerable.Range(1, 400_000).Select(i => $"{i}\n")), run.Text);
        // What the command writes to standard error may stand in front of it on the same line.
        int said = run.Error.Split($"rsh-client: lost the connection to {Host}, and am reconnecting: ").Length - 1;
        Assert.Equal(_relay.Connections - first - 1, said);
        Assert.InRange(said, 3, 6);
        Assert.Equal("once\n", await File.ReadAllTextAsync(side));
    }

    [Fact]
    public async Task A_network_that_falls_silent_is_noticed_and_gone_around()
    {
        using Process client = _programs.Start("rsh-client", "run", "-i", "--keepalive", "600ms", Host, "read a; echo got $a; read b; echo got $b");
        await client.StandardInput.WriteLineAsync("one");
        await client.StandardInput.FlushAsync();
        Assert.Equal("got one", await client.StandardOutput.ReadLineAsync().Within());
        _relay.Stall();
        await client.StandardInput.WriteLineAsync("two");
        client.StandardInput.Close();
        Assert.Contains("silent", await client.StandardError.ReadLineAsync().Within());
        _relay.Go();
        Assert.Equal("got two", await client.StandardOutput.ReadLineAsync().Within());
        await client.WaitForExitAsync().Within();
        Assert.Equal(0, client.ExitCode);
    }

    [Fact]
    public async Task A_server_that_is_stuck_in_a_silent_connection_goes_on_over_the_next_one_at_once()
    {
        using Process client = _programs.Start("rsh-client", "run", "--keepalive", "600ms", Host, "echo begun; head -c 60000000 /dev/zero | tr '\\0' x; echo; echo end");
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync().Within());
        _relay.Stall();
        Task<string?> line = client.StandardOutput.ReadLineAsync();
        Assert.Contains("silent", await client.StandardError.ReadLineAsync().Within());
        _relay.GoOnNewOnes();
        Assert.Equal(60_000_000, (await line.Within())!.Length);
        Assert.Equal("end", await client.StandardOutput.ReadLineAsync().Within());
        await client.WaitForExitAsync().Within();
        Assert.Equal(0, client.ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_direction_that_closes_is_a_loss_and_not_an_end(bool towardsClients)
    {
        using Process client = _programs.Start("rsh-client", "run", Host, $"echo begun; while ! [ -e {_programs.Home}/go ]; do sleep 0.02; done; echo done");
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync().Within());
        if (towardsClients)
            _relay.CloseTowardsClients();
        else
            _relay.CloseTowardsServer();
        Assert.Contains("reconnecting", await client.StandardError.ReadLineAsync().Within());
        await File.WriteAllTextAsync(Path.Combine(_programs.Home, "go"), "");
        Assert.Equal("done", await client.StandardOutput.ReadLineAsync().Within());
        await client.WaitForExitAsync().Within();
        Assert.Equal(0, client.ExitCode);
    }

    [Fact]
    public async Task A_file_is_fetched_whole_through_delays_and_cuts()
    {
        byte[] content = new byte[6_000_000];
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(Path.Combine(_programs.Home, "big"), content);
        int first = _relay.Connections;
        _relay.Delay = TimeSpan.FromMilliseconds(1);
        _relay.Budget = number => number - first < 4 ? 1_300_000 : long.MaxValue;
        Output got = await _programs.ClientAsync("get", "-q", $"{Host}:{_programs.Home}/big", "copy");
        Assert.Equal(0, got.Status);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(_programs.Home, "copy")));
        Assert.Equal(5, _relay.Connections - first);
    }

    [Fact]
    public async Task The_lines_of_a_prompt_go_on_with_their_folder_and_variables()
    {
        using Process client = _programs.Start("rsh-client", "connect", Host);
        await client.StandardInput.WriteAsync("cd /tmp\nexport WHO=world\necho first\n");
        await client.StandardInput.FlushAsync();
        Assert.Equal("first", await client.StandardOutput.ReadLineAsync().Within());
        _relay.Cut();
        await client.StandardInput.WriteAsync("echo $WHO in $PWD\n");
        client.StandardInput.Close();
        Assert.Equal("world in /tmp", await client.StandardOutput.ReadLineAsync().Within());
        await client.WaitForExitAsync().Within();
        Assert.Equal(0, client.ExitCode);
    }

    [Fact]
    public async Task Giving_up_says_which_job_it_was_and_how_to_go_on_with_it()
    {
        using Process client = _programs.Start("rsh-client", "run", "--give-up", "300ms", "--on-disconnect", "keep", Host, $"echo begun; while ! [ -e {_programs.Home}/go ]; do sleep 0.02; done; echo done; exit 6");
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync().Within());
        _relay.IsDown = true;
        _relay.Cut();
        await client.WaitForExitAsync().Within();
        Assert.Equal(255, client.ExitCode);
        string error = await client.StandardError.ReadToEndAsync();
        string cure = error.Trim().Split('\n')[^1];
        Assert.Contains($"rsh-client attach --from-start {Host} ", cure);
        string job = cure.Split(' ')[^1];
        Assert.Contains($"the job {job} may still run there", error);

        _relay.IsDown = false;
        using Process attached = _programs.Start("rsh-client", "attach", "--from-start", Host, job[..14]);
        await File.WriteAllTextAsync(Path.Combine(_programs.Home, "go"), "");
        Assert.Equal("done", (await attached.StandardOutput.ReadToEndAsync().Within()).Split('\n')[^2]);
        await attached.WaitForExitAsync().Within();
        Assert.Equal(6, attached.ExitCode);
    }

    [Theory]
    [InlineData("kill", "on-disconnect kill: its client disconnected")]
    [InlineData("keep:200ms", "on-disconnect keep:200ms: no client came back in time")]
    public async Task What_happens_when_the_client_dies_is_the_policy(string policy, string reason)
    {
        using Process client = _programs.Start("rsh-client", "run", "--on-disconnect", policy, Host, "echo begun; sleep 300");
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync().Within());
        client.Kill();
        await Waiting.Until(() => _programs.Log.Any(line => line.Contains(reason, StringComparison.Ordinal)), "the job is ended");
        Output jobs = await _programs.ClientAsync("jobs", "--json", _programs.Host);
        Assert.Contains("\"outcome\":\"killed-by-policy\"", jobs.Text);
        Assert.Contains($"\"on_disconnect\":\"{policy}\"", jobs.Text);
    }

    [Fact]
    public async Task A_terminal_that_is_closed_is_a_disconnect_and_no_goodbye()
    {
        using Process client = _programs.Start("rsh-client", "run", "--on-disconnect", "keep", Host, "echo begun; exec sleep 304");
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(client, "HUP");
        await client.WaitForExitAsync().Within();
        Assert.Equal(129, client.ExitCode);
        string job = (await _programs.ClientAsync("jobs", "--running", _programs.Host)).Text.Split(' ')[0];
        Assert.Equal(0, (await _programs.ClientAsync("kill", _programs.Host, job)).Status);
    }

    [Fact]
    public async Task A_client_that_dies_leaves_what_is_to_be_kept_running()
    {
        using Process client = _programs.Start("rsh-client", "run", "--on-disconnect", "keep", Host, $"echo begun; while ! [ -e {_programs.Home}/go ]; do sleep 0.02; done; exit 4");
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync().Within());
        client.Kill();
        string job = (await _programs.ClientAsync("jobs", "--running", _programs.Host)).Text.Split(' ')[0];
        await File.WriteAllTextAsync(Path.Combine(_programs.Home, "go"), "");
        Assert.Equal(4, (await _programs.ClientAsync("wait", _programs.Host, job)).Status);
    }
}
