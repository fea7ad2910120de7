using System.Diagnostics;
using System.Text;
using RemoteShell.Fleet;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>A run at a terminal: Ctrl+C, a closed terminal, the line at the bottom, and colours.</summary>
public sealed class FleetTerminalTests : IAsyncLifetime
{
    private const int HangUp = 1;
    private const string ControlC = "\u0003", ClearLine = "\r\u001b[K";

    private FleetServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FleetServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task First_Ctrl_C_tells_who_runs_and_the_second_ends_all()
    {
        using var mark = new Marked();
        await using TestTerminal terminal = OnTerminal("--fanout", "2", _server.Hosts(3), $"exec sleep {mark.Seconds}");
        await mark.UntilAsync(2);
        await terminal.TypeAsync(ControlC);
        await terminal.SeesAsync($"2 still run: 127.0.0.[1-2]:{_server.Port}; press Ctrl+C again to end them");
        Assert.Equal(2, mark.Running().Count);
        await terminal.TypeAsync(ControlC);
        await terminal.SeesAsync("0 of 3 hosts are ok");
        Assert.Equal(255, await terminal.EndAsync());
        await mark.UntilAsync(0);
        Assert.Equal(["killed", "killed", "skipped"], _server.LastRun().Verdicts.Select(verdict => verdict.Word));
    }

    [Fact]
    public async Task Second_Ctrl_C_with_all_hosts_begun_exits_as_killed()
    {
        using var mark = new Marked();
        await using TestTerminal terminal = OnTerminal(_server.Hosts(2), $"exec sleep {mark.Seconds}");
        await mark.UntilAsync(2);
        await terminal.TypeAsync(ControlC);
        await terminal.SeesAsync("press Ctrl+C again");
        await terminal.TypeAsync(ControlC);
        Assert.Equal(130, await terminal.EndAsync());
        await mark.UntilAsync(0);
    }

    [Fact]
    public async Task Run_goes_on_after_the_first_Ctrl_C()
    {
        string go = _server["go"];
        await using TestTerminal terminal = OnTerminal(
            _server.Hosts(2), $"echo x >> {_server["begun"]}; while ! [ -e {go} ]; do sleep 0.02; done; echo went on");
        await Waiting.Until(() => _server.Lines("begun").Length == 2, "both commands run");
        await terminal.TypeAsync(ControlC);
        await terminal.SeesAsync("2 still run");
        await File.WriteAllTextAsync(go, "");
        await terminal.SeesAsync("2 of 2 hosts are ok");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Equal(3, Encoding.UTF8.GetString(terminal.Shown).Split("went on").Length);
    }

    [Fact]
    public async Task SIGTERM_ends_all_at_once()
    {
        using var mark = new Marked();
        using Process client = _server.Start(_server.Hosts(2), $"exec sleep {mark.Seconds}");
        await mark.UntilAsync(2);
        Programs.Signal(client, "TERM");
        Output output = await FleetServer.EndAsync(client);
        Assert.Equal(130, output.Status);
        Assert.Contains("killed (2)", output.Error);
        await mark.UntilAsync(0);
    }

    [Fact]
    public async Task Closed_terminal_leaves_the_commands_running_and_resume_collects_them()
    {
        string go = _server["go"], side = _server["side"];
        await using (TestTerminal terminal = OnTerminal(
            _server.Hosts(2), $"echo x >> {side}; while ! [ -e {go} ]; do sleep 0.02; done; echo done; exit 3"))
        {
            await Waiting.Until(() => _server.Lines("side").Length == 2, "both commands run");
            terminal.Kill(HangUp);
            Assert.Equal(129, await terminal.EndAsync());
        }

        KeptRun run = _server.LastRun();
        Assert.Equal((RunState.Interrupted, 0), (run.State, run.Verdicts.Count));
        await File.WriteAllTextAsync(go, "");
        Output output = await _server.ClientAsync("runs", "resume", run.Record.Id[..14]);
        Assert.Equal(3, output.Status);
        Assert.Equal(
            [$"{_server.Host(1)}: done", $"{_server.Host(2)}: done"],
            output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        Assert.Equal(["x", "x"], _server.Lines("side"));
    }

    [Fact]
    public async Task Line_at_the_bottom_is_on_a_terminal_and_prefixes_are_coloured()
    {
        string go = _server["go"];
        await using TestTerminal terminal = OnTerminal(
            "--fanout", "2", _server.Hosts(3), $"echo first; while ! [ -e {go} ]; do sleep 0.02; done; echo last; exit 1");
        await terminal.SeesAsync("first");
        await terminal.SeesAsync($"{ClearLine}2 run, 0 of 3 done, 0 not ok; slowest: 127.0.0.");
        await File.WriteAllTextAsync(go, "");
        await terminal.SeesAsync("last");
        Assert.Equal(1, await terminal.EndAsync());
        string shown = Encoding.UTF8.GetString(terminal.Shown);
        Assert.Contains($"\u001b[32m{_server.Host(1)}:\u001b[0m first", shown, StringComparison.Ordinal);
        Assert.Contains($"\u001b[33m{_server.Host(2)}:\u001b[0m last", shown, StringComparison.Ordinal);
        // Nothing of the line is left.
        string[] rows = [.. TerminalModel.Of(terminal.Shown, 120).Lines];
        Assert.DoesNotContain(rows, row => row.Contains("slowest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Terminal_without_colours_shows_plain_prefixes()
    {
        var environment = new Dictionary<string, string> { ["NO_COLOR"] = "1" };
        await using TestTerminal terminal = _server.Programs.OnTerminal(
            environment, 120, 24, "run", "--accept-new", _server.Hosts(2), "echo plain");
        Assert.Equal(0, await terminal.EndAsync());
        string shown = Encoding.UTF8.GetString(terminal.Shown);
        Assert.Contains($"{_server.Host(1)}: plain\r\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[3", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_drawn_on_pipes()
    {
        // Longer than the line at the bottom takes to come.
        Output output = await _server.RunAsync(_server.Hosts(2), "echo out; echo err >&2; sleep 1.5; exit 1");
        Assert.Equal(1, output.Status);
        Assert.All((string[])[output.Text, output.Error], text => Assert.Equal(-1, text.AsSpan().IndexOfAny("\u001b\r")));
        Assert.DoesNotContain("slowest", output.Error);
    }

    private TestTerminal OnTerminal(params string[] arguments)
        => _server.Programs.OnTerminal(new Dictionary<string, string>(), 120, 24, ["run", "--accept-new", .. arguments]);
}
