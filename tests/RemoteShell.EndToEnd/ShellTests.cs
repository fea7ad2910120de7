using System.Net;
using System.Text;

namespace RemoteShell.EndToEnd;

/// <summary>A login shell, and other _programs, on a real terminal: the client's at one end, the server's at the other.</summary>
public sealed class ShellTests : IAsyncLifetime
{
    private const int Term = 15, Hup = 1;

    // A fixed prompt, without the effects of start-up files.
    private const string Plain = "PS1='$ '; PS2=; unset PROMPT_COMMAND; bind 'set enable-bracketed-paste off'; clear";

    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--stop-grace=100ms");

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    private async Task<TestTerminal> ShellAsync(params string[] options)
    {
        TestTerminal terminal = _programs.ClientOnTerminal(["shell", .. options, _programs.Host, "bash --norc --noprofile"]);
        await terminal.TypeAsync($"{Plain}\r");
        await terminal.TypeAsync($"{Typed.Echo("ready")}\r");
        await terminal.SeesAsync("ready");
        return terminal;
    }

    private static bool Finds(string command)
        => Directory.EnumerateDirectories("/proc").Any(
            folder => Reads(Path.Combine(folder, "cmdline")) == command.Replace(' ', '\0') + '\0');

    private static string Reads(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [Fact]
    public async Task Shell_has_a_terminal_of_the_right_type_and_size_and_passes_its_status()
    {
        await using TestTerminal terminal = await ShellAsync();
        await terminal.TypeAsync("echo \"<$TERM $(stty size) $(tty)>\"\r");
        await terminal.SeesAsync("<xterm-256color 24 80 /dev/pts/");
        await terminal.TypeAsync("exit 7\r");
        Assert.Equal(7, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
    }

    [Theory]
    [InlineData("xterm-nonsense", "xterm-256color")]
    [InlineData("../../../etc/passwd", "xterm-256color")]
    [InlineData("vt100", "vt100")]
    [InlineData("dumb", "dumb")]
    public async Task Terminal_type_that_the_server_does_not_know_is_replaced_and_told(string type, string expected)
    {
        var environment = new Dictionary<string, string> { ["TERM"] = type };
        await using TestTerminal terminal = _programs.OnTerminal(environment, 80, 24, "shell", _programs.Host, "echo \"<$TERM>\"");
        Assert.Equal(0, await terminal.EndAsync());
        string shown = Encoding.UTF8.GetString(terminal.Shown);
        Assert.Contains($"<{expected}>", shown, StringComparison.Ordinal);
        string notice = $"the server does not know the terminal type '{type}', so TERM is {expected}";
        Assert.Equal(type == expected ? 0 : 1, shown.Split(notice).Length - 1);
        // The command line that adds the type can be typed as it is.
        Assert.Equal(type != expected, shown.Contains($"| rsh-client run -i {_programs.Host} tic -x -", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shell_without_a_command_is_the_login_shell()
    {
        await using TestTerminal terminal = _programs.ClientOnTerminal("shell", _programs.Host);
        await terminal.TypeAsync("echo \"<$0 $-\" | tr -d '\\n'; shopt -q login_shell && echo ' login>'\r");
        await terminal.SeesAsync(" login>");
        await terminal.TypeAsync("exit\r");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Programs_see_each_change_of_size()
    {
        await using TestTerminal terminal = await ShellAsync();
        await terminal.TypeAsync("sh -c 'trap \"stty size\" WINCH; echo wai\"\"ting; while :; do sleep 0.1; done'\r");
        await terminal.SeesAsync("waiting");
        terminal.Resize(100, 30);
        await terminal.SeesAsync("30 100");
        terminal.Resize(133, 44);
        await terminal.SeesAsync("44 133");
    }

    [Fact]
    public async Task Ctrl_C_Z_and_backslash_reach_the_remote_program()
    {
        await using TestTerminal terminal = await ShellAsync();
        await terminal.TypeAsync("sleep 3217; echo \"<$?>\"\r");
        await terminal.SeesAsync("sleep 3217");
        await Waiting.Until(() => Finds("sleep 3217"), "sleep runs");
        await terminal.TypeAsync("\u0003");
        await terminal.SeesAsync("^C");
        await terminal.TypeAsync("sleep 3218\r");
        await Waiting.Until(() => Finds("sleep 3218"), "sleep runs");
        await terminal.TypeAsync("\u001a");
        await terminal.SeesAsync("Stopped");
        await terminal.TypeAsync("kill %1; cat\r");
        await terminal.TypeAsync("still here\r");
        await terminal.SeesAsync("still here");
        await terminal.TypeAsync("\u001c");
        await terminal.SeesAsync("Quit");
    }

    [Fact]
    public async Task Terminal_passes_all_256_byte_values()
    {
        await using TestTerminal terminal = await ShellAsync();
        // Not in ascending order: a tilde at the start of a line would be an escape. In raw mode a CR stays a CR.
        await terminal.TypeAsync("stty raw -echo; printf 'g''o'; head -c 256 | sha256sum; stty sane\r");
        await terminal.SeesAsync("go");
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)(255 - i))];
        await terminal.TypeBytesAsync(all);
        await terminal.SeesAsync(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(all)));
    }

    [Fact]
    public async Task Terminal_passes_100_MiB_unchanged()
    {
        // The local terminal is raw; stty makes the remote one raw as well.
        await using TestTerminal terminal = _programs.ClientOnTerminal(
            "shell", _programs.Host, "stty raw -echo; printf BEGIN; seq -f %0103.f 1010000 | head -c 104857600; printf END");
        Assert.Equal(0, await terminal.EndAsync());
        byte[] shown = terminal.Shown;
        int begin = shown.AsSpan().IndexOf("BEGIN"u8) + 5, end = shown.AsSpan().LastIndexOf("END"u8);
        Assert.Equal(104857600, end - begin);
        for (int line = 0; line < 1000; line++)
            Assert.Equal((line * 1000) + 1, long.Parse(Encoding.ASCII.GetString(shown, begin + (line * 1000 * 104), 103)));
    }

    [Fact]
    public async Task Full_screen_program_uses_and_leaves_the_alternate_screen()
    {
        await using TestTerminal terminal = await ShellAsync();
        await terminal.TypeAsync("seq 500 >n; less n\r");
        await terminal.SeesAsync("\u001b[?1049h");
        await terminal.TypeAsync("G");
        await terminal.SeesAsync("500");
        await terminal.TypeAsync("q");
        await terminal.SeesAsync("\u001b[?1049l");
        await terminal.TypeAsync($"{Typed.Echo("back")}\r");
        await terminal.SeesAsync("back");
    }

    [Fact]
    public async Task Cut_neither_loses_nor_repeats_keys_and_output()
    {
        await using var relay = new TcpRelay(IPEndPoint.Parse(_programs.Host));
        await using TestTerminal terminal = _programs.ClientOnTerminal(
            "shell", "--accept-new", relay.Address.ToString(), "bash --norc --noprofile");
        await terminal.TypeAsync($"{Plain}; echo rea''dy\r");
        await terminal.SeesAsync("ready");
        await terminal.TypeAsync("for i in $(seq 2000); do echo \"line-$i.\"; [ $i = 1000 ] && read -r word; done; echo \"<$word>\"\r");
        await terminal.SeesAsync("line-500.");
        relay.IsDown = true;
        relay.Cut();
        await terminal.SeesAsync("lost the connection");
        await terminal.TypeAsync("typed while a");
        await terminal.TypeAsync("way\r");
        relay.IsDown = false;
        await terminal.SeesAsync("line-2000.");
        await terminal.SeesAsync("<typed while away>");
        await terminal.TypeAsync("exit\r");
        Assert.Equal(0, await terminal.EndAsync());
        string shown = Encoding.UTF8.GetString(terminal.Shown);
        int last = 0;
        for (int i = 1; i <= 2000; i++)
        {
            int at = shown.IndexOf($"line-{i}.\r\n", last, StringComparison.Ordinal);
            Assert.True(at >= last, $"line {i} is missing, or comes twice");
            last = at;
        }
    }

    [Fact]
    public async Task Attach_takes_over_the_shell_with_its_last_screen()
    {
        await using TestTerminal first = await ShellAsync();
        await first.TypeAsync($"{Typed.Echo("seen before")}\r");
        await first.SeesAsync("seen before");
        string job = await _programs.RunningJobAsync();
        await using TestTerminal second = _programs.OnTerminal(new Dictionary<string, string>(), 90, 20, "attach", _programs.Host, job);
        await second.SeesAsync("seen before");
        // What is typed may arrive before the size does.
        await second.TypeAsync("until [ \"$(stty size)\" = '20 90' ]; do sleep 0.02; done; echo \"<$(stty size)>\"\r");
        await second.SeesAsync("<20 90>");
        await first.SeesAsync("was taken over by another client");
        Assert.Equal(255, await first.EndAsync());
        Assert.True(first.IsCooked);
        await second.TypeAsync("exit 3\r");
        Assert.Equal(3, await second.EndAsync());
    }

    [Theory]
    [InlineData("\u001b[99;5u")]
    [InlineData("\u001b[27;5;99~")]
    [InlineData("\u001b[67;46;3;1;8;1_")]
    public async Task Ctrl_C_leaves_a_watched_terminal_in_each_encoding_of_keys(string controlC)
    {
        await using TestTerminal first = _programs.ClientOnTerminal("shell", _programs.Host, "printf '\\033[>1u'; echo rea''dy; exec cat");
        await first.SeesAsync("ready");
        await using TestTerminal watcher = _programs.ClientOnTerminal(
            "attach", "--read-only", _programs.Host, await _programs.RunningJobAsync());
        await watcher.SeesAsync("ready");
        await watcher.TypeAsync(controlC);
        await watcher.SeesAsync("detached");
        Assert.Equal(0, await watcher.EndAsync());
        Assert.Equal("", TerminalModel.Of(watcher.Shown).Changes);
    }

    [Fact]
    public async Task Read_only_watcher_sees_the_screen_and_cannot_type()
    {
        await using TestTerminal first = await ShellAsync();
        await first.TypeAsync($"{Typed.Echo("one")}\r");
        await first.SeesAsync("one");
        await using TestTerminal watcher = _programs.ClientOnTerminal(
            "attach", "--read-only", _programs.Host, await _programs.RunningJobAsync());
        await watcher.SeesAsync("one");
        await watcher.TypeAsync("echo not typed\r");
        await first.TypeAsync($"{Typed.Echo("two")}\r");
        await watcher.SeesAsync("two");
        await watcher.TypeAsync("\u0003");
        await watcher.SeesAsync("detached");
        Assert.Equal(0, await watcher.EndAsync());
        await first.TypeAsync("exit\r");
        Assert.Equal(0, await first.EndAsync());
        Assert.DoesNotContain("not typed", Encoding.UTF8.GetString(first.Shown), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\r~d", "--detach-keys=ctrl-p")]
    [InlineData("\u0010\u0011", "--detach-keys=ctrl-p,ctrl-q")]
    [InlineData("\u001b[112;5u\u001b[113;5u", "--detach-keys=ctrl-p,ctrl-q")]
    [InlineData("\u001b[13u\u001b[126u\u001b[100u", "--detach-keys=ctrl-p")]
    public async Task Detach_keys_leave_the_shell_running(string keys, string option)
    {
        await using TestTerminal terminal = await ShellAsync(option);
        await terminal.TypeAsync("mark=ke''pt\r");
        await terminal.SeesAsync("mark=");
        await terminal.TypeAsync(keys);
        await terminal.SeesAsync("detached; the job ");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
        await using TestTerminal again = _programs.ClientOnTerminal("attach", _programs.Host, await _programs.RunningJobAsync());
        await again.SeesAsync("mark=");
        // The shell does not know kitty's keys, and may take a part of them for text. Ctrl+U drops it.
        await again.TypeAsync("\u0015echo \"<$mark>\"\r");
        await again.SeesAsync("<kept>");
    }

    [Fact]
    public async Task Tilde_dot_ends_the_shell_only_at_the_start_of_a_line()
    {
        await using TestTerminal terminal = await ShellAsync();
        await terminal.TypeAsync("echo ~. x~.\r");
        await terminal.SeesAsync("x~.");
        await terminal.TypeAsync("~~?\r");
        await terminal.TypeAsync("~?");
        await terminal.SeesAsync("~d  detaches");
        string job = await _programs.RunningJobAsync();
        await terminal.TypeAsync("\r~.");
        Assert.Equal(255, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
        Assert.NotEqual(0, (await _programs.ClientAsync("wait", _programs.Host, job)).Status);
    }

    [Fact]
    public async Task Terminal_modes_are_restored_when_the_server_is_killed()
    {
        await using TestTerminal terminal = await ShellAsync("--give-up=1s");
        Assert.False(terminal.IsCooked);
        await _programs.KillServerAsync();
        Assert.Equal(255, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
    }

    [Theory]
    [InlineData(Term)]
    [InlineData(Hup)]
    public async Task Terminal_modes_are_restored_when_the_client_is_ended(int signal)
    {
        await using TestTerminal terminal = await ShellAsync();
        await terminal.TypeAsync("printf '\\033[?1049h\\033[?25l'; echo i''n\r");
        await terminal.SeesAsync("in");
        terminal.Kill(signal);
        Assert.NotEqual(0, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
    }

    [Fact]
    public async Task Screen_modes_are_reset_when_the_user_detaches()
    {
        await using TestTerminal terminal = await ShellAsync();
        await terminal.TypeAsync("printf '\\033[?1049h\\033[?1000;1006h\\033[?25l'; echo i''n\r");
        await terminal.SeesAsync("in\r\n");
        await terminal.TypeAsync("\r~d");
        await terminal.SeesAsync("\u001b[?1000l\u001b[?1006l\u001b[?1049l\u001b[?25h");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Run_with_tty_gives_the_command_a_terminal()
    {
        const string command = "read -r a; tty; echo \"<$a>\"; exit 5";
        await using TestTerminal terminal = _programs.ClientOnTerminal("run", "-t", _programs.Host, command);
        await terminal.TypeAsync("typed\r");
        await terminal.SeesAsync("/dev/pts/");
        await terminal.SeesAsync("<typed>");
        Assert.Equal(5, await terminal.EndAsync());
    }

    [Fact]
    public async Task Run_with_tty_needs_a_local_terminal_unless_it_is_forced()
    {
        Output refused = await _programs.ClientAsync("run", "-t", _programs.Host, "tty");
        Assert.Equal(2, refused.Status);
        Assert.Contains("-tt", refused.Error, StringComparison.Ordinal);
        Output forced = await _programs.ClientWithInputAsync("one line\n", "run", "-tt", _programs.Host, "tty; cat");
        Assert.Equal(0, forced.Status);
        Assert.Contains("/dev/pts/", forced.Text, StringComparison.Ordinal);
        Assert.Equal(3, forced.Text.Split("one line\r\n").Length);
    }

    [Fact]
    public async Task Shell_without_a_local_terminal_is_refused_with_a_hint()
    {
        Output refused = await _programs.ClientAsync("shell", _programs.Host);
        Assert.Equal(2, refused.Status);
        Assert.Contains("run -i", refused.Error, StringComparison.Ordinal);
    }
}
