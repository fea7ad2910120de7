using System.Text;

namespace RemoteShell.EndToEnd;

/// <summary>The shell of a <c>connect</c>, at a prompt and as a script.</summary>
public sealed class ConversationTests : IAsyncLifetime
{
    // What all POSIX shells print alike.
    private static readonly string[] Blocks =
    [
        "eval x$i=$((i * 3)); eval echo \\$x$i",
        "f() { echo \"f$i got $1 of $#\"; return 3; }; f a b; echo $?",
        "if [ $((i % 2)) -eq 0 ]; then\n  echo even\nelse\n  echo odd\nfi",
        "cat <<EOF\nheredoc $i $x1\n  \"quoted\" 'too'\nEOF",
        "for j in 1 2 3; do\n  echo \"$i.$j\"\ndone | sed 's/^/> /'",
        "case $i in\n  1) echo one ;;\n  *) echo other ;;\nesac",
        "(cd /usr && pwd); pwd",
        "export E=$i; sh -c 'echo E=$E'",
        "while [ $i -gt 1000 ]; do echo never; done; echo \"status $?\"",
        "set -- a 'b c' d; echo $# \"$2\"; shift; echo $1",
        "printf '%s-' one two; echo; echo 'no newline' | tr -d '\\n'; echo",
        "false; echo $?; (exit 7); echo $?; ! true; echo $?",
    ];

    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync();

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Theory]
    [InlineData("/bin/bash")]
    [InlineData("/bin/dash")]
    [InlineData("/usr/bin/zsh")]
    public async Task Script_has_the_output_and_status_of_the_shell_itself(string shell)
    {
        Assert.SkipUnless(File.Exists(shell), $"needs {shell}, which is not installed");
        await using Programs programs = new();
        await programs.CreateKeysAsync();
        await programs.StartServerAsync("--shell", shell);
        var script = new StringBuilder("cd /\n");
        for (int i = 1; i <= 20; i++)
        {
            script.Append($"i={i}\n");
            foreach (string block in Blocks)
                script.Append(block).Append('\n');
        }

        script.Append("(exit 9)\n");
        string file = Path.Combine(programs.Home, "script");
        await File.WriteAllTextAsync(file, script.ToString());
        Output there = await programs.ClientWithInputAsync(script.ToString(), "connect", "--accept-new", programs.Host);
        Output here = await programs.ShellAsync($"{shell} {file}");
        Assert.Equal((here.Text, 9, here.Status), (there.Text, there.Status, 9));
    }

    [Fact]
    public async Task Many_lines_from_a_pipe_run_in_order()
    {
        int lines = TestSize.IsFull ? 10_000 : 1_000;
        string input = string.Concat(Enumerable.Range(1, lines).Select(i => $"n=$((n + 1)); echo {i} $n\n"));
        Output output = await _programs.ClientWithInputAsync(input, "connect", _programs.Host);
        Assert.Equal(string.Concat(Enumerable.Range(1, lines).Select(i => $"{i} {i}\n")), output.Text);
    }

    [Fact]
    public async Task Lines_stop_with_255_when_the_server_is_killed()
    {
        string input = $"echo begun\nkill -9 {_programs.Server.Id}\necho no\n";
        Output output = await _programs.ClientWithInputAsync(input, "connect", "--give-up=2s", _programs.Host);
        Assert.Equal((255, "begun\n"), (output.Status, output.Text));
    }

    [Fact]
    public async Task Shell_that_is_not_posix_is_replaced_and_that_is_said_once()
    {
        await using Programs programs = new();
        await programs.CreateKeysAsync();
        await programs.StartServerAsync("--shell", "/usr/bin/env");
        Output output = await programs.ClientWithInputAsync("x=1\necho $x\n", "connect", "--accept-new", programs.Host);
        Assert.Equal((0, "1\n"), (output.Status, output.Text));
        const string said = "/usr/bin/env is not a POSIX shell, so the lines run in /bin/sh";
        Assert.True(output.Error.Split(said).Length == 2, output.Error);
    }

    [Fact]
    public async Task Prompt_says_that_the_server_was_restarted_before_the_next_line_runs()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("cd /usr; lost=1\r");
        await terminal.SeesAsync("/usr$");
        await _programs.KillServerAsync();
        await terminal.SeesAsync("lost the connection");
        await _programs.StartServerAgainAsync();
        await terminal.TypeAsync("echo \"<$lost>\"; pwd\r");
        await terminal.SeesAsync("its variables, functions and aliases are lost");
        await terminal.SeesAsync("/usr$");
        await terminal.TypeAsync("echo \"<$lost>\"; pwd\r");
        await terminal.SeesAsync("\n<>");
        await terminal.SeesAsync("\n/usr");
        await terminal.TypeAsync("\u0004");
        await terminal.EndAsync();
    }

    [Fact]
    public async Task Ctrl_c_twice_ends_a_stubborn_line_and_not_the_prompt()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("kept='still he''re'; cd /tmp\r");
        await terminal.SeesAsync("/tmp$");
        await terminal.TypeAsync("sh -c \"trap '' INT; echo stub''born; while :; do sleep 0.1; done\"\r");
        await terminal.SeesAsync("stubborn");
        // The system merges two interrupts that come at once.
        int before = terminal.Shown.Length;
        for (int presses = 0; presses < 50 && !ShownAfter(terminal, before).Contains("/tmp$", StringComparison.Ordinal); presses++)
        {
            await terminal.TypeAsync("\u0003");
            await Task.Delay(200);
        }

        await terminal.SeesAsync("/tmp$");
        await terminal.TypeAsync("echo $kept\r");
        await terminal.SeesAsync("\nstill here");
        await terminal.TypeAsync("exit 5\r");
        Assert.Equal(5, await terminal.EndAsync());
    }

    [Fact]
    public async Task Prompt_says_that_its_shell_was_killed_and_starts_another_in_the_same_folder()
    {
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync("cd /usr; lost=1\r");
        await terminal.SeesAsync("/usr$");
        await terminal.TypeAsync("kill -9 $$\r");
        await terminal.SeesAsync("the shell was ended by signal KILL; its variables, functions and aliases are lost");
        await terminal.SeesAsync("/usr$");
        await terminal.TypeAsync("echo \"<$lost>\"; pwd\r");
        await terminal.SeesAsync("\n<>");
        await terminal.SeesAsync("\n/usr");
        await terminal.TypeAsync("\u0004");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Attach_takes_the_prompt_over_with_its_shell()
    {
        await using TestTerminal first = await PromptAsync();
        await first.TypeAsync("cd /usr; f() { echo f k''ept; }\r");
        await first.SeesAsync("/usr$");
        string list = (await _programs.ClientAsync("jobs", "--running", _programs.Host)).Text;
        string job = list.Split('\n').Single(line => line.Contains("conversation (interactive)", StringComparison.Ordinal)).Split(' ')[0];
        await using TestTerminal second = _programs.OnTerminal(Environment, 80, 24, "attach", _programs.Host, job);
        await second.SeesAsync("/usr$");
        Assert.Equal(255, await first.EndAsync());
        await second.TypeAsync("f\r");
        await second.SeesAsync("\nf kept");
        await second.TypeAsync("exit 3\r");
        Assert.Equal(3, await second.EndAsync());
    }

    [Fact]
    public async Task Output_of_a_process_in_the_background_is_shown_above_the_typed_line()
    {
        string go = Path.Combine(_programs.Home, "go");
        await using TestTerminal terminal = await PromptAsync();
        await terminal.TypeAsync($"(while ! [ -e {go} ]; do sleep 0.02; done; echo la''te) 2>/dev/null &\r");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("echo typ");
        await terminal.SeesAsync("typ");
        await File.WriteAllTextAsync(go, "");
        await terminal.SeesAsync("late");
        await terminal.TypeAsync("'ed'\r");
        await terminal.SeesAsync("\ntyped");
        await terminal.TypeAsync("\u0004");
        await terminal.EndAsync();
    }

    private static string ShownAfter(TestTerminal terminal, int before) => Encoding.UTF8.GetString(terminal.Shown.AsSpan(before));

    private static Dictionary<string, string> Environment { get; } = new() { ["TERM"] = "xterm-256color", ["NO_COLOR"] = "1" };

    private async Task<TestTerminal> PromptAsync()
    {
        TestTerminal terminal = _programs.OnTerminal(Environment, 80, 24, "connect", _programs.Host);
        await terminal.SeesAsync("~$ ");
        return terminal;
    }
}
