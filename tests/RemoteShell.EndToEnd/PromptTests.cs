using System.Diagnostics;
using System.Text;

namespace RemoteShell.EndToEnd;

/// <summary>Prompts in a real terminal.</summary>
public class PromptTests
{
    [Theory]
    [InlineData("dumb")]
    [InlineData("xterm-256color")]
    public async Task Ctrl_c_drops_the_line_or_ends_the_command_and_not_the_client(string term)
    {
        await using Programs programs = await Programs.StartAsync();
        await using TestTerminal terminal = programs.OnTerminal(
            new Dictionary<string, string> { ["TERM"] = term, ["NO_COLOR"] = "1" }, 80, 24, "connect", programs.Host);
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("half typed");
        await terminal.SeesAsync("half typed");
        await terminal.TypeAsync("\u0003");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync($"{Typed.Echo("fresh")}\r");
        await terminal.SeesAsync("fresh");
        // A single program that prints and stays: a shell may lose a signal while it starts a program.
        string file = Path.Combine(programs.Home, "file");
        await File.WriteAllTextAsync(file, "runs\n");
        await terminal.TypeAsync($"tail -f {file}\r");
        await terminal.SeesAsync("runs");
        await terminal.TypeAsync("\u0003");
        await terminal.SeesAsync("status 130");
        await terminal.TypeAsync("cd /tmp\r");
        await terminal.SeesAsync("/tmp$ ");
        await terminal.TypeAsync("false\r");
        await terminal.SeesAsync("/tmp$ ");
        await terminal.TypeAsync("\u0004");
        Assert.Equal(1, await terminal.EndAsync());
        Assert.DoesNotContain("not found", Encoding.UTF8.GetString(terminal.Shown), StringComparison.Ordinal);
        Assert.True(terminal.IsCooked);
    }

    [Fact]
    public async Task Text_goes_on_in_another_row_as_the_options_of_the_shell_say()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "needs /bin/bash, which is not installed");
        await using Programs programs = await Programs.StartAsync();
        await using TestTerminal terminal = programs.OnTerminal(
            new Dictionary<string, string> { ["TERM"] = "dumb", ["NO_COLOR"] = "1" }, 80, 24, "connect", programs.Host);
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("set -o posix\r");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("echo \"${x-'}\"; echo en''d\r");
        await terminal.SeesAsync("end");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("set +o posix\r");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("echo \"${x-'}\"\r");
        await terminal.SeesAsync("> ");
        await terminal.TypeAsync("\u0003");
        await terminal.SeesAsync("~$ ");
        await terminal.TypeAsync("\u0004");
        await terminal.EndAsync();
    }

    [Fact]
    public async Task Line_reaches_the_shell_with_its_blanks_and_quotes_as_typed()
    {
        await using Programs programs = await Programs.StartAsync();
        const string lines =
            """
            echo 'a  b'
            printf '<%s>' "x	y" 'p   q' r\ \ s; echo
            echo "$((1 +  2))" '*' "  it's  "
              printf '%s\n' 'last  '
            """;
        Output output = await programs.ClientWithInputAsync($"{lines}\n", "connect", programs.Host);
        Assert.Equal((0, "a  b\n<x\ty><p   q><r  s>\n3 *   it's  \nlast  \n"), (output.Status, output.Text));
    }

    [Fact]
    public async Task Client_asks_before_it_trusts_an_unknown_server()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: script(1) of util-linux");
        await using Programs programs = await Programs.StartAsync();
        string fingerprint = (await programs.RunAsync("rsh-server", ["fingerprint"], "")).Text.Trim();
        string known = Path.Combine(programs.Home, "client", "known_hosts");
        File.Delete(known);
        using Process refused = programs.StartClientInTerminal($"run {programs.Host} 'echo in''side'");
        var screen = new Screen(refused);
        await screen.TypeAsync("", "(yes/no)");
        Assert.Contains(fingerprint, screen.All);
        await screen.TypeAsync("no\n", "is not known");
        await refused.WaitForExitAsync().Within();
        Assert.Equal(255, refused.ExitCode);
        Assert.False(File.Exists(known));

        using Process taken = programs.StartClientInTerminal($"run {programs.Host} 'echo in''side'");
        screen = new Screen(taken);
        await screen.TypeAsync("", "(yes/no)");
        await screen.TypeAsync("maybe\n", "(yes/no)");
        await screen.TypeAsync("yes\n", "inside");
        await taken.WaitForExitAsync().Within();
        Assert.Equal(0, taken.ExitCode);
        Assert.Single(File.ReadAllLines(known));
    }

    // Types, and waits for the expected text.
    private sealed class Screen(Process terminal)
    {
        private readonly StringBuilder _all = new();
        private int _seen;

        public string All => _all.ToString();

        public async Task TypeAsync(string keys, string expected)
        {
            await terminal.StandardInput.WriteAsync(keys);
            await terminal.StandardInput.FlushAsync();
            var buffer = new char[1000];
            while (All.IndexOf(expected, _seen, StringComparison.Ordinal) is var at)
            {
                if (at >= 0)
                {
                    _seen = at + expected.Length;
                    return;
                }

                int count = await terminal.StandardOutput.ReadAsync(buffer).Within();
                Assert.True(count > 0, $"'{expected}' never came: {All}");
                _all.Append(buffer, 0, count);
            }
        }
    }
}
