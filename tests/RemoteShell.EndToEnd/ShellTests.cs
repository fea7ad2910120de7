using System.Net;
using System.Text;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>A login shell, and other programs, on a real terminal: the client's at one end, the server's at the other.</summary>
public class ShellTests
{
    private const int Term = 15, Hup = 1;

    // A prompt of our own, and nothing that a user's start-up files do.
    private const string Plain = "PS1='$ '; PS2=; unset PROMPT_COMMAND; bind 'set enable-bracketed-paste off'; clear";

    private static async Task<TestTerminal> ShellAsync(Programs programs, params string[] options)
    {
        TestTerminal terminal = programs.ClientOnTerminal(["shell", .. options, programs.Host, "bash --norc --noprofile"]);
        await terminal.TypeAsync($"{Plain}\r");
        await terminal.TypeAsync("echo rea''dy\r");
        await terminal.SeesAsync("ready");
        return terminal;
    }

    private static async Task<string> JobAsync(Programs programs)
        => JsonDocument.Parse((await programs.ClientAsync("jobs", "--running", "--json", programs.Host)).Text.Split('\n')[0]).RootElement.GetProperty("job").GetString()!;

    private static bool Finds(string command)
        => Directory.EnumerateDirectories("/proc").Any(folder => Reads(Path.Combine(folder, "cmdline")) == command.Replace(' ', '\0') + '\0');

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
    public async Task A_shell_has_a_terminal_of_the_right_kind_and_size_and_its_exit_status_is_the_clients()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal terminal = await ShellAsync(programs);
        await terminal.TypeAsync("echo \"<$TERM $(stty size) $(tty)>\"\r");
        await terminal.SeesAsync("<xterm-256color 24 80 /dev/pts/");
        await terminal.TypeAsync("exit 7\r");
        Assert.Equal(7, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
    }

    [Fact]
    public async Task Without_a_command_it_is_the_login_shell()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal terminal = programs.ClientOnTerminal("shell", programs.Host);
        await terminal.TypeAsync("echo \"<$0 $-\" | tr -d '\\n'; shopt -q login_shell && echo ' login>'\r");
        await terminal.SeesAsync(" login>");
        await terminal.TypeAsync("exit\r");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Programs_are_told_of_every_change_of_size()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal terminal = await ShellAsync(programs);
        await terminal.TypeAsync("sh -c 'trap \"stty size\" WINCH; echo wai\"\"ting; while :; do sleep 0.1; done'\r");
        await terminal.SeesAsync("waiting");
        terminal.Resize(100, 30);
        await terminal.SeesAsync("30 100");
        terminal.Resize(133, 44);
        await terminal.SeesAsync("44 133");
    }

    [Fact]
    public async Task Ctrl_C_Z_and_backslash_are_the_remote_programs()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal terminal = await ShellAsync(programs);
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
    public async Task All_256_bytes_pass_both_ways()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal terminal = await ShellAsync(programs);
        // Typed for this program: a tilde at the start of a line, so there is a byte in front. A CR that is read stays one.
        await terminal.TypeAsync("stty raw -echo; printf 'g''o'; head -c 256 | sha256sum; stty sane\r");
        await terminal.SeesAsync("go");
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)(255 - i))];
        await terminal.TypeBytesAsync(all);
        await terminal.SeesAsync(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(all)));
    }

    [Fact]
    public async Task A_hundred_mebibytes_through_a_terminal_are_the_right_bytes()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        // The terminal here makes nothing of what it is shown, and the one there is told to make nothing of it either.
        await using TestTerminal terminal = programs.ClientOnTerminal("shell", programs.Host, "stty raw -echo; printf BEGIN; seq -f %0103.f 1010000 | head -c 104857600; printf END");
        Assert.Equal(0, await terminal.EndAsync());
        byte[] shown = terminal.Shown;
        int begin = shown.AsSpan().IndexOf("BEGIN"u8) + 5, end = shown.AsSpan().LastIndexOf("END"u8);
        Assert.Equal(104857600, end - begin);
        for (int line = 0; line < 1000; line++)
            Assert.Equal((line * 1000) + 1, long.Parse(Encoding.ASCII.GetString(shown, begin + (line * 1000 * 104), 103)));
    }

    [Fact]
    public async Task A_full_screen_program_draws_and_leaves_the_screen_as_it_was()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal terminal = await ShellAsync(programs);
        await terminal.TypeAsync("seq 500 >n; less n\r");
        await terminal.SeesAsync("\u001b[?1049h");
        await terminal.TypeAsync("G");
        await terminal.SeesAsync("500");
        await terminal.TypeAsync("q");
        await terminal.SeesAsync("\u001b[?1049l");
        await terminal.TypeAsync("echo ba''ck\r");
        await terminal.SeesAsync("back");
    }

    [Fact]
    public async Task What_was_shown_and_typed_during_a_cut_is_there_afterwards_once()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using var relay = new TcpRelay(IPEndPoint.Parse(programs.Host));
        await using TestTerminal terminal = programs.ClientOnTerminal("shell", "--accept-new", relay.Address.ToString(), "bash --norc --noprofile");
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
    public async Task Another_client_takes_the_shell_over_with_its_last_screen_and_the_first_one_is_told()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal first = await ShellAsync(programs);
        await first.TypeAsync("echo se''en before\r");
        await first.SeesAsync("seen before");
        string job = await JobAsync(programs);
        await using TestTerminal second = programs.OnTerminal(new Dictionary<string, string>(), 90, 20, "attach", programs.Host, job);
        await second.SeesAsync("seen before");
        await second.TypeAsync("echo \"<$(stty size)>\"\r");
        await second.SeesAsync("<20 90>");
        await first.SeesAsync("was taken over by another client");
        Assert.Equal(255, await first.EndAsync());
        Assert.True(first.IsCooked);
        await second.TypeAsync("exit 3\r");
        Assert.Equal(3, await second.EndAsync());
    }

    [Fact]
    public async Task Who_only_looks_on_sees_the_screen_and_types_nothing()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal first = await ShellAsync(programs);
        await first.TypeAsync("echo on''e\r");
        await first.SeesAsync("one");
        await using TestTerminal watcher = programs.ClientOnTerminal("attach", "--read-only", programs.Host, await JobAsync(programs));
        await watcher.SeesAsync("one");
        await watcher.TypeAsync("echo not typed\r");
        await first.TypeAsync("echo tw''o\r");
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
    public async Task Who_detaches_leaves_the_shell_running(string keys, string option)
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal terminal = await ShellAsync(programs, option);
        await terminal.TypeAsync("mark=ke''pt\r");
        await terminal.SeesAsync("mark=");
        await terminal.TypeAsync(keys);
        await terminal.SeesAsync("detached; the job ");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
        await using TestTerminal again = programs.ClientOnTerminal("attach", programs.Host, await JobAsync(programs));
        await again.TypeAsync("echo \"<$mark>\"\r");
        await again.SeesAsync("<kept>");
    }

    [Fact]
    public async Task Tilde_dot_ends_the_shell_and_a_tilde_elsewhere_is_typed()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal terminal = await ShellAsync(programs);
        await terminal.TypeAsync("echo ~. x~.\r");
        await terminal.SeesAsync("x~.");
        await terminal.TypeAsync("~~?\r");
        await terminal.TypeAsync("~?");
        await terminal.SeesAsync("~d  detaches");
        string job = await JobAsync(programs);
        await terminal.TypeAsync("\r~.");
        Assert.Equal(255, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
        Assert.NotEqual(0, (await programs.ClientAsync("wait", programs.Host, job)).Status);
    }

    [Fact]
    public async Task The_terminal_is_put_back_when_the_server_is_killed()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal terminal = await ShellAsync(programs, "--give-up=1s");
        Assert.False(terminal.IsCooked);
        await programs.KillServerAsync();
        Assert.Equal(255, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
    }

    [Theory]
    [InlineData(Term)]
    [InlineData(Hup)]
    public async Task The_terminal_is_put_back_when_the_client_is_ended(int signal)
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal terminal = await ShellAsync(programs);
        await terminal.TypeAsync("printf '\\033[?1049h\\033[?25l'; echo i''n\r");
        await terminal.SeesAsync("in");
        terminal.Kill(signal);
        Assert.NotEqual(0, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
    }

    [Fact]
    public async Task A_program_that_is_left_in_the_middle_leaves_no_strange_screen_behind()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using TestTerminal terminal = await ShellAsync(programs);
        await terminal.TypeAsync("printf '\\033[?1049h\\033[?1000;1006h\\033[?25l'; echo i''n\r");
        await terminal.SeesAsync("in\r\n");
        await terminal.TypeAsync("\r~d");
        await terminal.SeesAsync("\u001b[?1000l\u001b[?1006l\u001b[?1049l\u001b[?25h");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Run_with_a_terminal_gives_it_to_any_command()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        await using (TestTerminal terminal = programs.ClientOnTerminal("run", "-t", programs.Host, "read -r a; tty; echo \"<$a>\"; exit 5"))
        {
            await terminal.TypeAsync("typed\r");
            await terminal.SeesAsync("/dev/pts/");
            await terminal.SeesAsync("<typed>");
            Assert.Equal(5, await terminal.EndAsync());
        }

        Output refused = await programs.ClientAsync("run", "-t", programs.Host, "tty");
        Assert.Equal(2, refused.Status);
        Assert.Contains("-tt", refused.Error, StringComparison.Ordinal);
        Output forced = await programs.ClientWithInputAsync("one line\n", "run", "-tt", programs.Host, "tty; cat");
        Assert.Equal(0, forced.Status);
        Assert.Contains("/dev/pts/", forced.Text, StringComparison.Ordinal);
        Assert.Equal(3, forced.Text.Split("one line\r\n").Length);
    }

    [Fact]
    public async Task Without_a_terminal_a_shell_is_refused_with_what_to_do()
    {
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms");
        Output refused = await programs.ClientAsync("shell", programs.Host);
        Assert.Equal(2, refused.Status);
        Assert.Contains("run -i", refused.Error, StringComparison.Ordinal);
    }
}
