using System.Net;
using System.Text;

namespace RemoteShell.EndToEnd;

/// <summary>What the client leaves at the local terminal, whatever the remote program did there and however it ends.</summary>
public sealed class TerminalStateTests : IAsyncLifetime
{
    private const int Hup = 1, Term = 15;

    // One change of each kind, as printf(1) and as JSON write it.
    private const string Everything =
        "\\033[>1u\\033[?1049h\\033[>1u\\033[=4;2u\\033[?1h\\033=\\033[?5h\\033[?7l\\033[4h\\033[?69h\\033[3;9r\\033[?6h\\033[>4;2m"
        + "\\033[?1002;1003;1004;1006;1007;2004;2026;9001h\\033[3 q"
        + "\\033]8;;http://x\\033\\\\\\033]12;red\\033\\\\\\033(0\\016\\033[31m\\033[?25l";

    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--stop-grace=100ms");

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    public static TheoryData<string> Ways => ["~d", "~.", "TERM", "HUP", "lost", "replaced", "killed"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Terminal_is_as_before_when_a_program_is_left_in_the_middle(string way)
    {
        await using var relay = new TcpRelay(IPEndPoint.Parse(_programs.Host));
        await using TestTerminal terminal = _programs.ClientOnTerminal(
            "shell", "--accept-new", "--give-up=300ms", relay.Address.ToString(),
            $"printf '{Everything}'; echo rea''dy; exec sleep 3220");
        await terminal.SeesAsync("ready");
        Assert.Contains("+?1049", TerminalModel.Of(terminal.Shown).Changes, StringComparison.Ordinal);
        switch (way)
        {
            case "~d" or "~.":
                await terminal.TypeAsync($"\r{way}");
                break;
            case "TERM" or "HUP":
                terminal.Kill(way == "HUP" ? Hup : Term);
                break;
            case "lost":
                relay.IsDown = true;
                relay.Cut();
                break;
            case "killed":
                await _programs.ClientAsync("kill", "--signal=KILL", _programs.Host, await _programs.RunningJobAsync());
                break;
            case "replaced":
                await using (TestTerminal other = _programs.ClientOnTerminal("attach", _programs.Host, await _programs.RunningJobAsync()))
                    await terminal.SeesAsync("was taken over");
                break;
        }

        await terminal.EndAsync();
        Assert.Equal("", TerminalModel.Of(terminal.Shown).Changes);
        Assert.True(terminal.IsCooked);
    }

    [Theory]
    [InlineData("\u0003")]
    [InlineData("\u001b[99;5u")]
    [InlineData("\u001b[27;5;99~")]
    public async Task Replay_that_is_ended_by_Ctrl_C_restores_the_terminal(string controlC)
    {
        string file = await RecordingAsync(pause: 1000);
        await using TestTerminal terminal = _programs.ClientOnTerminal("replay", file);
        await terminal.SeesAsync("shown");
        Assert.Contains("+?1049", TerminalModel.Of(terminal.Shown).Changes, StringComparison.Ordinal);
        await terminal.TypeAsync(controlC);
        Assert.Equal(130, await terminal.EndAsync());
        Assert.Equal("", TerminalModel.Of(terminal.Shown).Changes);
        Assert.True(terminal.IsCooked);
    }

    [Fact]
    public async Task Replay_of_a_recording_that_leaves_modes_on_restores_the_terminal()
    {
        string file = await RecordingAsync(pause: 0);
        await using TestTerminal terminal = _programs.ClientOnTerminal("replay", file);
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Equal("", TerminalModel.Of(terminal.Shown).Changes);
        Output piped = await _programs.ClientAsync("replay", file);
        Assert.EndsWith("\u001b[?25lshownend", piped.Text);
    }

    [Theory]
    [InlineData("\r~d", "detached")]
    [InlineData("\r~.", "ended the connection")]
    [InlineData("\u0004", "")]
    public async Task Messages_of_the_client_do_not_switch_the_keypad(string keys, string message)
    {
        await using TestTerminal terminal = _programs.ClientOnTerminal("shell", _programs.Host, "echo rea''dy; cat");
        await terminal.SeesAsync("ready");
        await terminal.TypeAsync(keys);
        await terminal.SeesAsync(message);
        await terminal.EndAsync();
        string shown = Encoding.UTF8.GetString(terminal.Shown);
        Assert.DoesNotContain("\u001b[?1h", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b=", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[?", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("~.", "keep:1h", "runs on, for the time of --on-disconnect keep:3600s", true)]
    [InlineData("~d", "keep", "runs on (--on-disconnect keep)", true)]
    [InlineData("~.", "kill", "when it notices that (--on-disconnect kill)", false)]
    public async Task Escape_without_a_connection_tells_what_becomes_of_the_job(string escape, string policy, string told, bool goesOn)
    {
        await using var relay = new TcpRelay(IPEndPoint.Parse(_programs.Host));
        string host = relay.Address.ToString();
        await using TestTerminal terminal = _programs.ClientOnTerminal(
            "shell", "--accept-new", $"--on-disconnect={policy}", host, "echo rea''dy; exec sleep 3221");
        await terminal.SeesAsync("ready");
        string job = await _programs.RunningJobAsync();
        relay.IsDown = true;
        relay.Cut();
        await terminal.SeesAsync("lost the connection: ");
        await terminal.TypeAsync($"\r{escape}");
        await terminal.SeesAsync($"there is no connection to {host}: ");
        await terminal.SeesAsync($"the job {job} ");
        await terminal.SeesAsync(told);
        if (goesOn)
            await terminal.SeesAsync($"to resume it: rsh-client attach {host} {job}");
        Assert.Equal(255, await terminal.EndAsync());
        if (goesOn)
            Assert.Equal(job, await _programs.RunningJobAsync());
        else
            Assert.NotEqual(0, (await _programs.ClientAsync("wait", _programs.Host, job)).Status);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(40)]
    public async Task Lost_connection_is_told_in_full_on_a_narrow_terminal(int columns)
    {
        await using var relay = new TcpRelay(IPEndPoint.Parse(_programs.Host));
        await using TestTerminal terminal = _programs.OnTerminal(
            new Dictionary<string, string>(), columns, 24,
            "shell", "--accept-new", relay.Address.ToString(), "echo rea''dy; exec sleep 3222");
        await terminal.SeesAsync("ready");
        relay.IsDown = true;
        relay.Cut();
        await Waiting.Until(() => Bottom().Contains("(~. gives up)", StringComparison.Ordinal), "the message is shown");
        Assert.Contains("lost the connection:", Bottom(), StringComparison.Ordinal);
        Assert.Contains($"reconnecting to {relay.Address}", Bottom(), StringComparison.Ordinal);
        await terminal.TypeAsync("\r~.");
        await terminal.EndAsync();

        string Bottom() => string.Join(' ', TerminalModel.Of(terminal.Shown, columns).Lines.Skip(18).Where(line => line.Length > 0));
    }

    private async Task<string> RecordingAsync(int pause)
    {
        string file = Path.Combine(_programs.Home, "modes.cast");
        string json = Everything.Replace("\\\\", "\\u005c").Replace("\\033", "\\u001b").Replace("\\016", "\\u000e");
        const string header = """{"version":3,"term":{"cols":80,"rows":24}}""";
        string[] lines = [header, $"[0.0,\"o\",\"{json}shown\"]", $"[{pause},\"o\",\"end\"]"];
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
        return file;
    }
}
