namespace RemoteShell.EndToEnd;

/// <summary>The prompt's line editor in a terminal that another program emulates, tmux.</summary>
public sealed class TmuxTests : IAsyncLifetime
{
    private const string Tmux = "tmux -u -f /dev/null -S \"$RSH_HOME/tmux\"";

    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--stop-grace=100ms");

    public async ValueTask DisposeAsync()
    {
        await _programs.ShellAsync($"{Tmux} kill-server");
        await _programs.DisposeAsync();
    }

    [Fact]
    public async Task Long_line_survives_changes_of_the_width()
    {
        await StartAsync(40, 12);
        string text = $"echo {string.Join(' ', Enumerable.Range(10, 30))}";
        await TypeAsync(text);
        await SeesAsync("39");
        Assert.Equal(1, CountPrompts(await ScreenAsync()));
        // Narrower only at the end: tmux moves rows of a line that then takes more of them into its history.
        foreach (int width in (int[])[60, 70, 33])
        {
            await TmuxAsync($"resize-window -t 0 -x {width} -y 12");
            await SeesAsync(text);
            Assert.Equal(1, CountPrompts(await ScreenAsync()));
        }

        await KeysAsync("Enter");
        await SeesAsync("\n10 11 12");
    }

    [Fact]
    public async Task Characters_of_several_parts_keep_the_cursor_right()
    {
        await StartAsync(60, 12);
        await TypeAsync("echo '<👨‍👩‍👧中e\u0301🇩🇪x>'");
        await KeysAsync("Left Left BSpace BSpace BSpace BSpace BSpace");
        await TypeAsync("ok");
        await SeesAsync("echo '<ok>'");
        await KeysAsync("Enter");
        await SeesAsync("\n<ok>");
    }

    // The end of the input may come before SIGHUP.
    [Theory]
    [InlineData("")]
    [InlineData("sleep 300; echo over")]
    public async Task Closing_the_terminal_leaves_the_shell_and_its_line_running(string line)
    {
        const int times = 3;
        for (int i = 0; i < times; i++)
        {
            await StartAsync(80, 24);
            if (line.Length > 0)
            {
                await TypeAsync(line);
                await KeysAsync("Enter");
                await Waiting.UntilAsync(async () => (await RunningAsync(line)) == i + 1, "the line runs");
            }

            await TmuxAsync("kill-session");
            // Only the client that asks is connected.
            await Waiting.UntilAsync(
                async () => (await _programs.ClientAsync("who", _programs.Host)).Text.Split('\n').Length == 2, "the client is gone");
        }

        Assert.Equal(times, await RunningAsync("conversation (interactive)"));
        Assert.Equal(line.Length > 0 ? times : 0, await RunningAsync("sleep 300"));
    }

    private async Task<int> RunningAsync(string command)
    {
        string list = (await _programs.ClientAsync("jobs", "--running", _programs.Host)).Text;
        return list.Split('\n').Count(row => row.Contains(command, StringComparison.Ordinal));
    }

    private async Task StartAsync(int columns, int rows)
    {
        Output tmux = await _programs.ShellAsync("command -v tmux");
        Assert.SkipUnless(tmux.Status == 0, "needs tmux");
        await TmuxAsync($"new-session -d -x {columns} -y {rows} \"NO_COLOR=1 '$C' connect $H\"");
        await SeesAsync("$");
    }

    private Task TypeAsync(string text) => TmuxAsync($"send-keys -l -- \"{text}\"");

    private Task KeysAsync(string keys) => TmuxAsync($"send-keys {keys}");

    private async Task TmuxAsync(string command)
    {
        Output output = await _programs.ShellAsync($"{Tmux} {command}");
        Assert.True(output.Status == 0, output.Error);
    }

    // Joins the rows that tmux has wrapped.
    private async Task<string> ScreenAsync() => (await _programs.ShellAsync($"{Tmux} capture-pane -p -J")).Text;

    private int CountPrompts(string screen) => screen.Split($"{_programs.Host}:~$").Length - 1;

    private async Task SeesAsync(string text)
    {
        long end = Environment.TickCount64 + (long)Waiting.Limit.TotalMilliseconds;
        string screen = await ScreenAsync();
        while (!screen.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(Environment.TickCount64 < end, $"waited in vain for '{text}'; the screen was:\n{screen}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            screen = await ScreenAsync();
        }
    }
}
