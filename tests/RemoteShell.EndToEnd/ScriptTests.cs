using System.Diagnostics;
using System.Net;

namespace RemoteShell.EndToEnd;

/// <summary>A <c>connect</c> with a script: the next line is sent while the line before runs.</summary>
public sealed class ScriptTests : IAsyncLifetime
{
    private Programs _programs = null!;

    private string File => Path.Combine(_programs.Home, "file");

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync();

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Fact]
    public async Task Lines_keep_their_order_on_both_streams_when_connections_are_cut()
    {
        const int lines = 500;
        await using var relay = new TcpRelay(IPEndPoint.Parse(_programs.Host));
        relay.Budget = number => number < 12 ? 20_000 + (number * 3_001) : long.MaxValue;
        _programs.Host = relay.Address.ToString();
        string script = string.Concat(Enumerable.Range(1, lines).Select(i => $"n=$((n + 1)); echo o$n; echo e$n >&2\n"));
        Output output = await _programs.ShellAsync("\"$C\" connect --accept-new \"$H\" 2>&1", script);
        IEnumerable<string> shown = output.Text.Split('\n').Where(line => line.Length > 0);
        string[] said = [.. shown.Where(line => !line.StartsWith("rsh-client: ", StringComparison.Ordinal))];
        Assert.Equal(0, output.Status);
        Assert.InRange(relay.Connections, 4, int.MaxValue);
        Assert.Equal(Enumerable.Range(1, lines).Select(i => $"o{i}"), said.Where(line => line[0] == 'o'));
        Assert.Equal(Enumerable.Range(1, lines).Select(i => $"e{i}"), said.Where(line => line[0] == 'e'));
        // The two streams of one line come in any order, but those of the next line come later.
        int[] numbers = [.. said.Select(line => int.Parse(line.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(numbers.Order(), numbers);
    }

    [Theory]
    [InlineData("set -r\ntouch FILE\n", 255)]
    [InlineData("set -e\nfalse\ntouch FILE\n", 1)]
    [InlineData("sleep 0.1; exit 3\ntouch FILE\n", 3)]
    [InlineData("kill -9 $$\ntouch FILE\n", 137)]
    public async Task Line_after_one_that_stops_the_script_does_not_run(string script, int status)
    {
        Assert.SkipUnless(System.IO.File.Exists("/bin/bash"), "needs /bin/bash, which is not installed");
        Output output = await _programs.ClientWithInputAsync(script.Replace("FILE", File), "connect", _programs.Host);
        Assert.Equal((status, ""), (output.Status, output.Text));
        Assert.DoesNotContain("line before", output.Error, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData("shopt -s extglob\nx=@(a|b)\necho $x $LINENO\n", 0, "@(a|b) 1\n")]
    [InlineData("shopt -u extglob\n!(case a in a) echo one;; esac)\necho $LINENO\n", 0, "one\n1\n")]
    [InlineData("shopt -u extglob\n!(echo one # (\n)\necho $LINENO\n", 0, "one\n1\n")]
    [InlineData("x=@(a|b)\necho not reached\n", 2, "")]
    [InlineData("set -o posix\necho \"${x-'}\"\necho $LINENO\n", 0, "'\n1\n")]
    public async Task Script_is_read_with_the_options_that_it_sets(string script, int status, string expected)
    {
        Assert.SkipUnless(System.IO.File.Exists("/bin/bash"), "needs /bin/bash, which is not installed");
        Output output = await _programs.ClientWithInputAsync(script, "connect", _programs.Host);
        Assert.Equal((status, expected), (output.Status, output.Text));
    }

    [Fact]
    public async Task Interrupt_keeps_the_line_that_was_sent_ahead_from_running()
    {
        using Process client = await ConnectAsync("echo begun; sleep 300\n", $"touch {File}\n");
        Programs.Signal(client, "INT");
        Assert.Equal("", await client.StandardOutput.ReadToEndAsync().Within());
        await client.WaitForExitAsync().Within();
        Assert.Equal(130, client.ExitCode);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Script_that_traps_the_interrupt_goes_on_with_the_next_line()
    {
        using Process client = await ConnectAsync("trap 'echo caught' INT\n", "echo begun; sleep 300\n", "echo after; exit 5\n");
        Programs.Signal(client, "INT");
        Assert.Equal("caught\nafter\n", await client.StandardOutput.ReadToEndAsync().Within());
        await client.WaitForExitAsync().Within();
        Assert.Equal(5, client.ExitCode);
    }

    [Fact]
    public async Task Line_is_shown_while_the_script_is_silent()
    {
        using Process client = _programs.Start("rsh-client", "connect", _programs.Host);
        foreach (string word in (string[])["one", "two"])
        {
            await client.StandardInput.WriteLineAsync($"echo {word}");
            await client.StandardInput.FlushAsync();
            Assert.Equal(word, await client.StandardOutput.ReadLineAsync().Within());
        }

        // The end of the script is the end of the shell, although its input stays open.
        await client.StandardInput.WriteLineAsync("exit 4");
        await client.StandardInput.FlushAsync();
        await client.WaitForExitAsync().Within();
        Assert.Equal(4, client.ExitCode);
    }

    [Fact]
    public async Task Script_runs_with_a_key_that_may_run_one_line_at_a_time()
    {
        await using Programs programs = await Programs.StartAsync("--max-jobs", "2");
        string script = string.Concat(Enumerable.Range(1, 20).Select(i => $"echo {i}\n"));
        Output output = await programs.ClientWithInputAsync($"{script}exit 7\n", "connect", programs.Host);
        Assert.Equal((7, string.Concat(Enumerable.Range(1, 20).Select(i => $"{i}\n")), ""), (output.Status, output.Text, output.Error));
    }

    // Returns when the script has written "begun".
    private async Task<Process> ConnectAsync(params string[] lines)
    {
        Process client = _programs.Start("rsh-client", "connect", _programs.Host);
        await client.StandardInput.WriteAsync(string.Concat(lines));
        client.StandardInput.Close();
        Assert.Equal("begun", await client.StandardOutput.ReadLineAsync().Within());
        return client;
    }
}
