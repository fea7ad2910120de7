namespace RemoteShell.EndToEnd;

/// <summary>Notices over programs that use the whole screen, and to clients that watch a terminal.</summary>
public sealed class NoticeTests : IAsyncLifetime
{
    private static readonly string[] Editors = ["/usr/bin/vim", "/usr/local/bin/vim"];

    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--stop-grace=100ms");

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Fact]
    public async Task Notice_over_vim_is_seen_until_vim_gets_its_screen_back()
    {
        Assert.SkipUnless(Editors.Any(File.Exists), "needs vim");
        await using TestTerminal terminal = _programs.ClientOnTerminal(
            "shell", _programs.Host, "vim -u NONE -N -c 'set showmode' notes; printf 'sta''tus %s' $?; read -r end");
        await Waiting.Until(() => Model(terminal).Lines[22] == "~" && Model(terminal).IsAlternate, "vim draws its screen");
        Output sent = await _programs.ClientAsync("notify", _programs.Host, "lunch is ready");
        Assert.StartsWith("rsh-client: sent to ", sent.Error);
        await Waiting.Until(() => Last(terminal).EndsWith(" says: lunch is ready", StringComparison.Ordinal), "the notice is shown");
        Assert.Equal(1, Model(terminal).Bells);
        // vim draws all of its screen again, and shows its mode: the notice stays.
        await terminal.TypeAsync("ihello");
        await Waiting.Until(
            () => Model(terminal).Lines is ["hello", .., var mode, var last]
                && mode.Contains("-- INSERT --", StringComparison.Ordinal)
                && last.EndsWith(" says: lunch is ready", StringComparison.Ordinal),
            "vim has one line less");
        await Waiting.Until(() => Last(terminal).Contains("-- INSERT --", StringComparison.Ordinal), "vim has its screen back");
        Assert.Equal("~", Model(terminal).Lines[22]);
        await terminal.TypeAsync("\u001b:q!\r");
        await terminal.SeesAsync("status 0");
        await Waiting.Until(
            () => Model(terminal).Lines.Any(line => line.EndsWith(" says: lunch is ready", StringComparison.Ordinal)), "it is shown again");
        await terminal.TypeAsync("\r");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Equal("", Model(terminal).Changes);
    }

    [Fact]
    public async Task Help_on_escapes_is_seen_over_a_full_screen_program()
    {
        await using TestTerminal terminal = _programs.ClientOnTerminal("shell", _programs.Host, "seq 500 >n; less n");
        await Waiting.Until(() => Model(terminal).IsAlternate && Model(terminal).Lines[22] == "23", "less draws its screen");
        await terminal.TypeAsync("\r~?");
        await Waiting.Until(() => Last(terminal) == "(only at the start of a line)", "the escapes are shown");
        Assert.StartsWith("~.  ends the connection", Model(terminal).Lines[19]);
        Assert.Equal(0, Model(terminal).Bells);
        await Waiting.Until(() => Model(terminal).Lines[17] == ":", "less takes the smaller size");
        // The size may change before less reads Enter, while it scrolls, or afterwards. So its place is known only after a jump.
        await terminal.TypeAsync("50g");
        await Waiting.Until(() => Model(terminal).Lines[0] == "50" && Model(terminal).Lines[16] == "66", "less shows line 50");
        // less scrolls what it takes for its last line.
        await terminal.TypeAsync("jj");
        await Waiting.Until(
            () => Model(terminal).Lines[16] == "68" && Last(terminal) == "(only at the start of a line)",
            "less scrolls above the help");
        await terminal.TypeAsync("q");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Equal("", Model(terminal).Changes);
    }

    [Fact]
    public async Task Watcher_of_another_size_is_told_once_and_when_it_changes()
    {
        await using TestTerminal first = _programs.ClientOnTerminal("shell", _programs.Host, "echo rea''dy; exec cat");
        await first.SeesAsync("ready");
        string job = await _programs.RunningJobAsync();
        await using TestTerminal same = _programs.ClientOnTerminal("attach", "--read-only", _programs.Host, job);
        await same.SeesAsync("ready");
        await using TestTerminal other = _programs.OnTerminal(
            new Dictionary<string, string>(), 90, 20, "attach", "--read-only", _programs.Host, job);
        await other.SeesAsync("the job's terminal has 80 columns and 24 rows, and this one has 90 and 20");
        first.Resize(100, 30);
        await other.SeesAsync("the job's terminal has 100 columns and 30 rows, and this one has 90 and 20");
        await same.SeesAsync("the job's terminal has 100 columns and 30 rows, and this one has 80 and 24");
        Assert.Single(Told(same));
        Assert.Equal(2, Told(other).Length);
        other.Resize(100, 30);
        await other.SeesAsync("the job's terminal has the size of this one now");
    }

    private static string[] Told(TestTerminal terminal)
        => [.. System.Text.Encoding.UTF8.GetString(terminal.Shown).Split("the job's terminal has ").Skip(1)];

    private static TerminalModel Model(TestTerminal terminal) => TerminalModel.Of(terminal.Shown);

    private static string Last(TestTerminal terminal) => Model(terminal).Lines[^1];
}
