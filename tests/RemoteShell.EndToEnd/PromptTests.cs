using System.Diagnostics;
using System.Text;

namespace RemoteShell.EndToEnd;

/// <summary>The prompt as a person meets it, in a real terminal.</summary>
public class PromptTests
{
    [Fact]
    public async Task Ctrl_c_drops_what_is_typed_stops_what_runs_and_leaves_the_client_there()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using Programs programs = await Programs.StartAsync();
        using Process terminal = programs.StartClientInTerminal($"connect {programs.Host}");
        var screen = new Screen(terminal);
        await screen.TypeAsync("", "~$ ");
        await screen.TypeAsync("half typed", "half typed");
        await screen.TypeAsync("\u0003", "~$ ");
        await screen.TypeAsync("echo fre''sh\n", "fresh");
        await screen.TypeAsync("sh -c 'echo ru''ns; sleep 300'\n", "runs");
        await screen.TypeAsync("\u0003", "ended by signal INT");
        await screen.TypeAsync("cd /tmp\n", "/tmp$ ");
        await screen.TypeAsync("false\n", "/tmp$ ");
        await screen.TypeAsync("\u0004", "");
        await terminal.WaitForExitAsync().Within();
        Assert.Equal(1, terminal.ExitCode);
        Assert.DoesNotContain("not found", screen.All);
    }

    [Fact]
    public async Task An_unknown_server_is_asked_about_and_taken_when_told_so()
    {
        if (!OperatingSystem.IsLinux())
            return;
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

    // Types, and waits for what must appear; nothing is timed.
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
