using System.Net;
using System.Text;

namespace RemoteShell.EndToEnd;

/// <summary>Terminals that several clients use, and terminals that end abnormally. Each test covers a former bug.</summary>
public sealed class SharedTerminalTests : IAsyncLifetime
{
    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--stop-grace=100ms");

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Fact]
    public async Task Client_that_was_replaced_neither_takes_the_job_back_nor_types()
    {
        await using var relay = new TcpRelay(IPEndPoint.Parse(_programs.Host));
        await using TestTerminal first = _programs.ClientOnTerminal(
            "shell", "--accept-new", relay.Address.ToString(), "stty -echo; echo rea''dy; cat");
        await first.SeesAsync("ready");
        relay.IsDown = true;
        relay.Cut();
        await first.SeesAsync("lost the connection");
        await first.TypeAsync("ABCDEFGHIJKLMNOP\r");
        await using TestTerminal second = _programs.ClientOnTerminal("attach", _programs.Host, await _programs.RunningJobAsync());
        // After that the second client has the job; keys typed earlier would be echoed by the local terminal.
        await second.SeesAsync("ready");
        await second.TypeAsync("123456\r");
        await second.SeesAsync("123456\r\n");
        relay.IsDown = false;
        await first.SeesAsync("was taken over by another client");
        Assert.Equal(255, await first.EndAsync());
        await second.TypeAsync("789\r");
        await second.SeesAsync("789");
        Assert.DoesNotContain("OP", Encoding.UTF8.GetString(second.Shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replaced_client_ends_its_screen_with_the_hint()
    {
        await using TestTerminal first = _programs.ClientOnTerminal("shell", _programs.Host, "seq 100000000");
        await first.SeesAsync("1000\r\n");
        string job = await _programs.RunningJobAsync();
        await using TestTerminal second = _programs.ClientOnTerminal("attach", _programs.Host, job);
        await first.SeesAsync("was taken over by another client");
        Assert.Equal(255, await first.EndAsync());
        Assert.EndsWith($"take it back with: rsh-client attach {_programs.Host} {job}\r\n", Encoding.UTF8.GetString(first.Shown));
        await second.TypeAsync("\u0003");
    }

    [Fact]
    public async Task Prompt_gets_its_keys_back_when_a_watched_job_ends()
    {
        await using TestTerminal job = _programs.ClientOnTerminal("shell", _programs.Host, "echo rea''dy; read -r x");
        await job.SeesAsync("ready");
        await using TestTerminal prompt = _programs.PromptOnTerminal();
        await prompt.SeesAsync("~$ ");
        await prompt.TypeAsync($":attach --read-only {await _programs.RunningJobAsync()}\r");
        await prompt.SeesAsync("ready");
        await job.TypeAsync("\r");
        Assert.Equal(0, await job.EndAsync());
        await prompt.SeesAsync("~$ ");
        await prompt.TypeAsync($"{Typed.Echo("back")}\r");
        await prompt.SeesAsync("back");
    }

    [Fact]
    public async Task Recording_that_cannot_be_written_does_not_end_the_shell()
    {
        await using TestTerminal terminal = _programs.ClientOnTerminal(
            "shell", "--record", "/dev/full", _programs.Host, "seq 1000; exit 4");
        Assert.Equal(4, await terminal.EndAsync());
        string shown = Encoding.UTF8.GetString(terminal.Shown);
        Assert.Contains("the recording /dev/full ends here", shown, StringComparison.Ordinal);
        Assert.Contains("1000\r\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Screen_modes_are_reset_when_the_program_is_killed()
    {
        await using TestTerminal terminal = _programs.ClientOnTerminal(
            "shell", _programs.Host, "printf '\\033[?1049h\\033[?25l\\033[?1000h'; kill -9 $$");
        await terminal.SeesAsync("\u001b[?1000l\u001b[?1049l\u001b[?25h");
        Assert.Equal(137, await terminal.EndAsync());
    }

    [Fact]
    public async Task Escape_works_after_a_large_paste()
    {
        await using TestTerminal terminal = _programs.ClientOnTerminal("shell", _programs.Host, "stty raw -echo; echo rea''dy; sleep 3219");
        await terminal.SeesAsync("ready");
        await terminal.TypeAsync(new string('x', 3 << 20));
        await terminal.TypeAsync("\r~.");
        Assert.Equal(255, await terminal.EndAsync());
    }

    [Fact]
    public async Task Replay_plays_a_recording()
    {
        string file = Path.Combine(_programs.Home, "session.cast");
        string command = "printf 'one 中文\\n'; sleep 0.1; exit 3";
        await using (TestTerminal terminal = _programs.ClientOnTerminal("shell", "--record", file, _programs.Host, command))
            Assert.Equal(3, await terminal.EndAsync());
        Output played = await _programs.ClientAsync("replay", "--speed", "100", file);
        Assert.Equal((0, "one 中文\r\n", ""), (played.Status, played.Text, played.Error));
        Output none = await _programs.ClientAsync("replay", Path.Combine(_programs.Home, "nothing"));
        Assert.Equal(1, none.Status);
        Assert.Contains("cannot read the recording", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_records_terminals_in_private_files()
    {
        using var folder = new TemporaryFolder();
        string recordings = folder["recordings"];
        await using Programs recorder = await Programs.StartAsync("--stop-grace=100ms", "--record-dir", recordings);
        await using (TestTerminal terminal = recorder.ClientOnTerminal("shell", recorder.Host, "echo recorded; exit 3"))
            Assert.Equal(3, await terminal.EndAsync());
        string file = Assert.Single(Directory.GetFiles(recordings));
        Output played = await recorder.ClientAsync("replay", "--speed=100", file);
        Assert.Equal("recorded\r\n", played.Text);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("echo a \\&", "a &")]
    [InlineData("echo 'a &'", "a &")]
    [InlineData("echo a # &", "a")]
    [InlineData("true && echo a", "a")]
    public async Task Ampersand_that_is_not_an_operator_does_not_detach(string line, string expected)
    {
        await using TestTerminal prompt = _programs.PromptOnTerminal();
        await prompt.SeesAsync("~$ ");
        await prompt.TypeAsync($"{line}\r");
        await prompt.SeesAsync($"\n{expected}\r\n");
    }
}
