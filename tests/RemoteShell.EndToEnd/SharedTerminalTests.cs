using System.Net;
using System.Text;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>Terminals between clients, and terminals that end in strange ways: each test is a fault that was there once.</summary>
public class SharedTerminalTests
{
    private static async Task<string> JobAsync(Programs programs)
        => JsonDocument.Parse((await programs.ClientAsync("jobs", "--running", "--json", programs.Host)).Text.Split('\n')[0]).RootElement.GetProperty("job").GetString()!;

    private static Task<Programs> StartAsync() => Programs.StartAsync("--stop-grace=100ms");

    [Fact]
    public async Task Who_comes_back_after_another_took_over_neither_takes_the_job_nor_types_into_it()
    {
        await using Programs programs = await StartAsync();
        await using var relay = new TcpRelay(IPEndPoint.Parse(programs.Host));
        await using TestTerminal first = programs.ClientOnTerminal("shell", "--accept-new", relay.Address.ToString(), "stty -echo; echo rea''dy; cat");
        await first.SeesAsync("ready");
        relay.IsDown = true;
        relay.Cut();
        await first.SeesAsync("lost the connection");
        await first.TypeAsync("ABCDEFGHIJKLMNOP\r");
        await using TestTerminal second = programs.ClientOnTerminal("attach", programs.Host, await JobAsync(programs));
        // Only now the job is its own; what is typed before is shown by the terminal here.
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
    public async Task What_is_shown_after_a_takeover_is_not_written_over_what_the_client_says()
    {
        await using Programs programs = await StartAsync();
        await using TestTerminal first = programs.ClientOnTerminal("shell", programs.Host, "seq 100000000");
        await first.SeesAsync("1000\r\n");
        string job = await JobAsync(programs);
        await using TestTerminal second = programs.ClientOnTerminal("attach", programs.Host, job);
        await first.SeesAsync("was taken over by another client");
        Assert.Equal(255, await first.EndAsync());
        Assert.EndsWith($"take it back with: rsh-client attach {programs.Host} {job}\r\n", Encoding.UTF8.GetString(first.Shown));
        await second.TypeAsync("\u0003");
    }

    [Fact]
    public async Task The_prompt_has_its_keys_again_after_looking_on_at_a_job_that_ends()
    {
        await using Programs programs = await StartAsync();
        await using TestTerminal job = programs.ClientOnTerminal("shell", programs.Host, "echo rea''dy; read -r x");
        await job.SeesAsync("ready");
        await using TestTerminal prompt = programs.OnTerminal(new Dictionary<string, string> { ["NO_COLOR"] = "1" }, 80, 24, "connect", programs.Host);
        await prompt.SeesAsync("~$ ");
        await prompt.TypeAsync($"attach --read-only {await JobAsync(programs)}\r");
        await prompt.SeesAsync("ready");
        await job.TypeAsync("\r");
        Assert.Equal(0, await job.EndAsync());
        await prompt.SeesAsync("~$ ");
        await prompt.TypeAsync("echo ba''ck\r");
        await prompt.SeesAsync("back");
    }

    [Fact]
    public async Task A_recording_that_cannot_be_written_ends_and_nothing_else()
    {
        await using Programs programs = await StartAsync();
        await using TestTerminal terminal = programs.ClientOnTerminal("shell", "--record", "/dev/full", programs.Host, "seq 1000; exit 4");
        Assert.Equal(4, await terminal.EndAsync());
        string shown = Encoding.UTF8.GetString(terminal.Shown);
        Assert.Contains("the recording /dev/full ends here", shown, StringComparison.Ordinal);
        Assert.Contains("1000\r\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_killed_leaves_no_strange_screen_behind()
    {
        await using Programs programs = await StartAsync();
        await using TestTerminal terminal = programs.ClientOnTerminal("shell", programs.Host, "printf '\\033[?1049h\\033[?25l\\033[?1000h'; kill -9 $$");
        await terminal.SeesAsync("\u001b[?1000l\u001b[?1049l\u001b[?25h");
        Assert.Equal(137, await terminal.EndAsync());
    }

    [Fact]
    public async Task An_escape_is_found_behind_anything_that_was_pasted()
    {
        await using Programs programs = await StartAsync();
        await using TestTerminal terminal = programs.ClientOnTerminal("shell", programs.Host, "stty raw -echo; echo rea''dy; sleep 3219");
        await terminal.SeesAsync("ready");
        await terminal.TypeAsync(new string('x', 3 << 20));
        await terminal.TypeAsync("\r~.");
        Assert.Equal(255, await terminal.EndAsync());
    }

    [Fact]
    public async Task What_was_recorded_is_played()
    {
        await using Programs programs = await StartAsync();
        string file = Path.Combine(programs.Home, "session.cast");
        await using (TestTerminal terminal = programs.ClientOnTerminal("shell", "--record", file, programs.Host, "printf 'one 中文\\n'; sleep 0.1; exit 3"))
            Assert.Equal(3, await terminal.EndAsync());
        Output played = await programs.ClientAsync("replay", "--speed", "100", file);
        Assert.Equal((0, "one 中文\r\n", ""), (played.Status, played.Text, played.Error));
        Output none = await programs.ClientAsync("replay", Path.Combine(programs.Home, "nothing"));
        Assert.Equal(1, none.Status);
        Assert.Contains("cannot read the recording", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_records_every_terminal_where_only_its_user_can_read_it()
    {
        using var folder = new TemporaryFolder();
        string recordings = folder["recordings"];
        await using Programs programs = await Programs.StartAsync("--stop-grace=100ms", "--record-dir", recordings);
        await using (TestTerminal terminal = programs.ClientOnTerminal("shell", programs.Host, "echo recorded; exit 3"))
            Assert.Equal(3, await terminal.EndAsync());
        string file = Assert.Single(Directory.GetFiles(recordings));
        Output played = await programs.ClientAsync("replay", "--speed=100", file);
        Assert.Equal("recorded\r\n", played.Text);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("echo a \\&", "a &")]
    [InlineData("echo 'a &'", "a &")]
    [InlineData("echo a # &", "a")]
    [InlineData("true && echo a", "a")]
    public async Task Only_an_ampersand_of_the_shells_detaches(string line, string expected)
    {
        await using Programs programs = await StartAsync();
        await using TestTerminal prompt = programs.OnTerminal(new Dictionary<string, string> { ["NO_COLOR"] = "1" }, 80, 24, "connect", programs.Host);
        await prompt.SeesAsync("~$ ");
        await prompt.TypeAsync($"{line}\r");
        await prompt.SeesAsync($"\n{expected}\r\n");
    }
}
