using System.Text;

namespace RemoteShell.EndToEnd;

/// <summary>A <c>connect</c> whose shell or connection ends, or whose lines are wrong.</summary>
public sealed class PromptFailureTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Variables = new() { ["TERM"] = "xterm-256color", ["NO_COLOR"] = "1" };

    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync();

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Theory]
    [InlineData("false\n# it's a comment\n\n  \necho $?\n", "1\n", 0)]
    [InlineData("echo begun\n(exit 3)\n:;;\necho no\n", "begun\n", 2)]
    [InlineData("exit() { echo own; return 6; }\nalias exit=false\n", "", 0)]
    [InlineData("echo begun\necho \0\necho no\n", "begun\n", 255)]
    [InlineData("who() { echo \"own $1\"; }\nwho\nwho a\nhelp cd | grep -c '^cd:'\ncalc 1 + 1\n", "own \nown a\n1\n2\n", 0)]
    [InlineData("[[ ab == @(ab|c) ]] && echo match\n;\necho no\n", "match\n", 2)]
    public async Task Script_ends_as_in_a_shell_of_its_own(string script, string text, int status)
    {
        Output output = await _programs.ClientWithInputAsync(script, "connect", _programs.Host);
        Assert.Equal((text, status), (output.Text, output.Status));
    }

    [Theory]
    [InlineData("/bin/bash")]
    [InlineData("/bin/dash")]
    [InlineData("/usr/bin/zsh")]
    public async Task Script_does_not_run_the_body_of_a_heredoc_whose_line_is_wrong(string shell)
    {
        Assert.SkipUnless(File.Exists(shell), $"needs {shell}, which is not installed");
        await using Programs programs = new();
        await programs.CreateKeysAsync();
        await programs.StartServerAsync("--shell", shell);
        Output output = await programs.ClientWithInputAsync(
            "echo begun\ncat <<EOF )\necho body\nEOF\necho no\n", "connect", "--accept-new", programs.Host);
        Assert.Equal("begun\n", output.Text);
        Assert.InRange(output.Status, 1, 3);
        Assert.Contains(")", output.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dumb_terminal_takes_commands_of_several_rows_and_ends_part_rows()
    {
        var dumb = new Dictionary<string, string> { ["TERM"] = "dumb" };
        await using TestTerminal terminal = _programs.OnTerminal(dumb, 80, 24, "connect", _programs.Host);
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("for i in 1 2\r");
        await terminal.SeesAsync("\n> ");
        await terminal.TypeAsync("\u0003");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("for i in 3 4\r");
        await terminal.SeesAsync("\n> ");
        await terminal.TypeAsync("do printf \"<$i>\"; done\r");
        await terminal.SeesAsync("<3><4>\r\n");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("\u0004");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Prompt_says_at_once_that_its_idle_shell_was_killed_and_keeps_the_typed_text()
    {
        string file = Path.Combine(_programs.Home, "pid");
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync($"cd /usr; echo $$ > {file}\r");
        await terminal.SeesAsync("/usr$");
        await terminal.TypeAsync("echo ke''pt; pwd");
        await terminal.SeesAsync("pwd");
        await _programs.RunToolAsync("kill", "-9", (await File.ReadAllTextAsync(file)).Trim());
        await terminal.SeesAsync("the shell was ended by signal KILL; its variables, functions and aliases are lost");
        await terminal.SeesAsync("a new shell has started in /usr");
        await terminal.SeesAsync("echo ke''pt");
        await terminal.TypeAsync("\r");
        await terminal.SeesAsync("\nkept");
        await terminal.SeesAsync("\n/usr");
        await terminal.TypeAsync("if true; then exit 3; fi\r");
        Assert.Equal(3, await terminal.EndAsync());
    }

    [Fact]
    public async Task Line_that_was_not_sent_is_dropped_and_the_prompt_can_be_left_without_a_connection()
    {
        await using TestTerminal terminal = await PromptAsync();
        await _programs.KillServerAsync();
        await terminal.SeesAsync("lost the connection");
        await terminal.TypeAsync("echo no''t\r");
        await terminal.SeesAsync("press Ctrl+C to drop it");
        await terminal.TypeAsync("\u0003");
        await terminal.SeesAsync("the line was not sent");
        await terminal.SeesAsync("~$ ");
        // Only the shell could tell whether this is whole.
        await terminal.TypeAsync("f() a\r");
        await terminal.TypeAsync("\u0003");
        await terminal.SeesAsync("^C");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("\u0004");
        Assert.Equal(255, await terminal.EndAsync());
        Assert.Contains("rsh-client attach", Encoding.UTF8.GetString(terminal.Shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bang_with_a_blank_negates_and_without_one_gives_a_terminal()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("! true; echo \"<$?>\"\r");
        await terminal.SeesAsync("\n<1>");
        await terminal.TypeAsync("!tty; exit 7\r");
        await terminal.SeesAsync("/dev/pts/");
        await terminal.SeesAsync("status 7");
        await terminal.TypeAsync(";\r");
        await terminal.SeesAsync("syntax error");
        await terminal.TypeAsync("exit() { echo own; return 6; }\r");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("exit\r");
        await terminal.SeesAsync("\nown");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("\u0004");
        Assert.Equal(6, await terminal.EndAsync());
    }

    [Fact]
    public async Task Attach_says_which_line_still_runs()
    {
        await using TestTerminal first = await PromptAsync();
        await first.TypeAsync("cd /usr\r");
        await first.SeesAsync("/usr$");
        await first.TypeAsync("sleep 300\r");
        await Waiting.Until(() => first.IsWaiting, "the line runs");
        string list = "";
        while (!list.Contains("sleep 300", StringComparison.Ordinal))
            list = (await _programs.ClientAsync("jobs", "--running", _programs.Host)).Text;
        string job = list.Split('\n').Single(line => line.Contains("conversation (interactive)", StringComparison.Ordinal)).Split(' ')[0];
        await using TestTerminal second = _programs.OnTerminal(Variables, 200, 24, "attach", _programs.Host, job);
        await second.SeesAsync("a line still runs, and the next line waits for it");
        await second.SeesAsync("sleep 300");
        await second.SeesAsync("/usr$");
    }

    [Fact]
    public async Task Output_in_the_background_is_shown_whole_above_the_prompt()
    {
        string go = Path.Combine(_programs.Home, "go"), then = Path.Combine(_programs.Home, "then");
        static string Wait(string file) => $"while ! [ -e {file} ]; do sleep 0.02; done";
        // cat writes the file at once, whereas the shell's printf writes each line by itself: the prompt may be drawn between two lines.
        string file = Path.Combine(_programs.Home, "text");
        await File.WriteAllTextAsync(file, "part\n\n\u001b[31mred\n");
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync($"({Wait(go)}; seq 1 90''00; {Wait(then)}; cat {file}; printf 'no e''nd') &\r");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("typed");
        await terminal.SeesAsync("typed");
        await File.WriteAllTextAsync(go, "");
        await terminal.SeesAsync("9000");
        // By itself, so that the prompt is not drawn in the middle of it.
        await File.WriteAllTextAsync(then, "");
        await terminal.SeesAsync("\u001b[31mred\u001b[0m");
        await terminal.SeesAsync("no end");
        string shown = Encoding.UTF8.GetString(terminal.Shown).Replace("\r", "", StringComparison.Ordinal);
        Assert.Equal([], Enumerable.Range(1, 9000).Where(i => !shown.Contains($"{i}\n", StringComparison.Ordinal)).Take(3));
        Assert.Contains("part\n\n\u001b[31mred", shown, StringComparison.Ordinal);
        await terminal.TypeAsync("\u0003\u0004");
        await terminal.EndAsync();
    }

    private async Task<TestTerminal> PromptAsync()
    {
        TestTerminal terminal = _programs.OnTerminal(Variables, 80, 24, "connect", _programs.Host);
        await terminal.SeesAsync("~$ ");
        return terminal;
    }
}
