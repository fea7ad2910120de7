using System.Diagnostics;
using System.Net;

namespace RemoteShell.EndToEnd;

/// <summary>Programs over an unreliable network.</summary>
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
    public async Task Client_reports_each_cut_once_and_loses_no_output()
    {
        string side = Path.Combine(_programs.Home, "side");
        int first = _relay.Connections;
        _relay.Budget = number => number - first < 6 ? 300_000 + (number * 70_001) : long.MaxValue;
        Output run = await _programs.ClientAsync("run", Host, $"seq 1 400000; seq 1 100000 >&2; echo once >> {side}; exit 9");
        Assert.Equal(9, run.Status);
        Assert.Equal(string.Concat(Enumerable.Range(1, 400_000).Select(i => $"{i}\n")), run.Text);
        // The command's own standard error may come before the message on the same line.
        int said = run.Error.Split($"rsh-client: lost the connection to {Host}, reconnecting: ").Length - 1;
        Assert.Equal(_relay.Connections - first - 1, said);
        Assert.InRange(said, 3, 6);
        Assert.Equal("once\n", await File.ReadAllTextAsync(side));
    }

    [Fact]
    public async Task Client_reconnects_when_the_network_is_silent()
    {
        using Process client = _programs.Start(
            "rsh-client", "run", "-i", "--keepalive", "600ms", Host, "read a; echo got $a; read b; echo got $b");
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
    public async Task Server_resumes_on_a_new_connection_while_the_old_one_is_stuck()
    {
        using Process client = _programs.Start(
            "rsh-client", "run", "--keepalive", "600ms", Host, "echo begun; head -c 60000000 /dev/zero | tr '\\0' x; echo; echo end");
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
    public async Task Half_closed_connection_counts_as_lost(bool towardsClients)
    {
        using Process client = _programs.Start(
            "rsh-client", "run", Host, $"echo begun; while ! [ -e {_programs.Home}/go ]; do sleep 0.02; done; echo done");
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
    public async Task Get_completes_in_spite_of_delays_and_cuts()
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
    public async Task Prompt_keeps_folder_and_variables_after_a_cut()
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
    public async Task Client_that_gives_up_prints_the_job_and_how_to_attach()
    {
        using Process client = _programs.Start(
            "rsh-client", "run", "--give-up", "300ms", "--on-disconnect", "keep", Host,
            $"echo begun; while ! [ -e {_programs.Home}/go ]; do sleep 0.02; done; echo done; exit 6");
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync().Within());
        _relay.IsDown = true;
        _relay.Cut();
        await client.WaitForExitAsync().Within();
        Assert.Equal(255, client.ExitCode);
        string error = await client.StandardError.ReadToEndAsync();
        string hint = error.Trim().Split('\n')[^1];
        Assert.Contains($"rsh-client attach --from-start {Host} ", hint);
        string job = hint.Split(' ')[^1];
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
    public async Task Policy_decides_what_happens_when_the_client_dies(string policy, string reason)
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
    public async Task Closed_terminal_counts_as_a_lost_client()
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
    public async Task Job_with_policy_keep_survives_its_client()
    {
        using Process client = _programs.Start(
            "rsh-client", "run", "--on-disconnect", "keep", Host,
            $"echo begun; while ! [ -e {_programs.Home}/go ]; do sleep 0.02; done; exit 4");
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync().Within());
        client.Kill();
        string job = (await _programs.ClientAsync("jobs", "--running", _programs.Host)).Text.Split(' ')[0];
        await File.WriteAllTextAsync(Path.Combine(_programs.Home, "go"), "");
        Assert.Equal(4, (await _programs.ClientAsync("wait", _programs.Host, job)).Status);
    }
}
