using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>The subcommands of rsh-client, run as programs.</summary>
public sealed class ClientTests : IAsyncLifetime
{
    private Programs _programs = null!;

    private string Host => _programs.Host;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--kill-grace", "1s", "--stop-grace", "1s");

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 1", 1)]
    [InlineData("exit 2", 2)]
    [InlineData("exit 126", 126)]
    [InlineData("exit 127", 127)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -15 $$", 143)]
    public async Task Exit_status_is_that_of_the_command(string command, int status)
    {
        Assert.Equal(status, (await _programs.ClientAsync("run", Host, command)).Status);
    }

    [Fact]
    public async Task Run_prints_output_and_error_apart_and_nothing_else()
    {
        Output output = await _programs.ClientAsync("run", Host, "echo out; echo err >&2");
        Assert.Equal((0, "out\n", "err\n"), (output.Status, output.Text, output.Error));
    }

    [Fact]
    public async Task Words_after_HOST_belong_to_the_command_also_with_dashes()
    {
        Assert.Equal(
            "[-n][--json][a b][--]", (await _programs.ClientAsync("run", Host, "printf", "[%s]", "-n", "--json", "a b", "--")).Text);
        Assert.Equal("x\n", (await _programs.ClientAsync("run", "--quiet", Host, "echo x")).Text);
        Assert.Equal("-2\n", (await _programs.ClientAsync("calc", Host, "-5", "+3")).Text);
    }

    [Fact]
    public async Task One_word_is_a_shell_line_and_two_are_argv_by_default()
    {
        Assert.Equal("3\n", (await _programs.ClientAsync("run", Host, "echo $((1+2))")).Text);
        Assert.Equal("$((1+2))\n", (await _programs.ClientAsync("run", Host, "echo", "$((1+2))")).Text);
        Assert.Equal("3\n", (await _programs.ClientAsync("run", "--shell", Host, "echo", "$((1+2))")).Text);
        Assert.Equal(127, (await _programs.ClientAsync("run", "--exec", Host, "echo hi")).Status);
        Assert.Equal(2, (await _programs.ClientAsync("run", "--exec", "--shell", Host, "true")).Status);
    }

    [Fact]
    public async Task Run_reads_standard_input_only_with_the_option()
    {
        Assert.Equal("0\n", (await _programs.ClientWithInputAsync("mine", "run", Host, "wc -c | tr -d ' '")).Text);
        Assert.Equal("mine", (await _programs.ClientWithInputAsync("mine", "run", "-i", Host, "cat")).Text);
    }

    [Fact]
    public async Task Run_passes_folder_and_variables_to_the_command()
    {
        Output output = await _programs.ClientAsync("run", "--cwd", "/tmp", "--env", "K=V", Host, "echo $PWD $K");
        Assert.Equal("/tmp V\n", output.Text);
    }

    [Fact]
    public async Task Run_ends_the_command_at_its_timeout()
    {
        Output late = await _programs.ClientAsync("run", "--timeout", "200ms", Host, "sleep 300");
        Assert.Equal((124, "rsh-client: the command was ended: it timed out after 0.2 s\n"), (late.Status, late.Error));
    }

    [Fact]
    public async Task Run_does_not_start_the_command_in_a_missing_folder()
    {
        Output nowhere = await _programs.ClientAsync("run", "--cwd", "/no/such", Host, "true");
        Assert.Equal(126, nowhere.Status);
        Assert.Equal("rsh-client: the command could not be started: /no/such: no such working directory\n", nowhere.Error);
    }

    [Fact]
    public async Task Json_result_has_outcome_and_output_in_one_object()
    {
        JsonElement json = await JsonAsync("printf 'a\"b\\n中文'; echo err >&2; exit 3");
        Assert.Equal("exited", json.GetProperty("outcome").GetString());
        Assert.Equal(3, json.GetProperty("exit").GetInt32());
        Assert.True(json.GetProperty("verified").GetBoolean());
        Assert.Equal("a\"b\n中文", json.GetProperty("stdout").GetString());
        Assert.Equal("err\n", json.GetProperty("stderr").GetString());
        Assert.Equal(10, json.GetProperty("streams").GetProperty("stdout").GetProperty("total").GetInt64());
        Assert.Equal(16, json.GetProperty("job").GetString()!.Length);
        Assert.True(json.GetProperty("duration_ms").GetDouble() > 0);
    }

    [Fact]
    public async Task Json_result_has_output_in_base64_if_it_is_not_utf8()
    {
        JsonElement json = await JsonAsync("printf '\\377\\000'; head -c 3000000 /dev/zero >&2");
        Assert.Equal("base64", json.GetProperty("stdout_encoding").GetString());
        Assert.Equal("/wA=", json.GetProperty("stdout").GetString());
        Assert.Equal("utf-8", json.GetProperty("stderr_encoding").GetString());
        Assert.Equal(3_000_000, json.GetProperty("stderr").GetString()!.Length);
    }

    [Fact]
    public async Task Output_that_is_not_text_arrives_unchanged()
    {
        Output output = await _programs.ClientAsync("run", Host, "printf '\\377\\376\\000\\200abc'");
        Assert.Equal([0xFF, 0xFE, 0, 0x80, (byte)'a', (byte)'b', (byte)'c'], output.Bytes);
    }

    [Theory]
    [InlineData("123+345", 0, "468\n", "")]
    [InlineData("(1 + 2) * 3", 0, "9\n", "")]
    [InlineData("1/0", 2, "", "calc: division by zero at position 2\n")]
    public async Task Calc_computes_on_the_server(string expression, int status, string output, string error)
    {
        Output result = await _programs.ClientAsync("calc", Host, expression);
        Assert.Equal((status, output, error), (result.Status, result.Text, result.Error));
    }

    [Fact]
    public async Task Connect_keeps_folder_and_variables_and_exits_with_the_last_status()
    {
        const string lines = "cd /tmp\nexport A='1 2'\n\n# a remark\ncalc 1+1\necho $A $PWD\ncat\nhelp | nothing\nsh -c 'exit 5'\n";
        Output output = await _programs.ClientWithInputAsync(lines, "connect", Host);
        Assert.Equal("2\n1 2 /tmp\n", output.Text);
        Assert.Equal(5, output.Status);
    }

    [Theory]
    [InlineData("echo a\nexit 3\necho b\n", 3, "a\n")]
    [InlineData("false\nexit\n", 1, "")]
    [InlineData("echo a\nfalse\n", 1, "a\n")]
    [InlineData("set -e\nfalse\necho no\n", 1, "")]
    [InlineData("kill -9 $$\necho no\n", 137, "")]
    [InlineData("exec sh -c 'exit 4'\necho no\n", 4, "")]
    [InlineData("trap 'echo bye' EXIT\nexit 6\n", 6, "bye\n")]
    public async Task Connect_ends_where_a_script_ends(string lines, int status, string text)
    {
        Output output = await _programs.ClientWithInputAsync(lines, "connect", Host);
        Assert.Equal((status, text), (output.Status, output.Text));
    }

    [Fact]
    public async Task Get_downloads_to_a_file_a_folder_and_standard_output()
    {
        string there = Path.Combine(_programs.Home, "some file");
        byte[] content = new byte[3_000_001];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(there, content);
        Directory.CreateDirectory(Path.Combine(_programs.Home, "folder"));
        Assert.Equal(0, (await _programs.ClientAsync("get", $"{Host}:{there}", "copy")).Status);
        Assert.Equal(0, (await _programs.ClientAsync("get", $"{Host}:{there}", "folder")).Status);
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(_programs.Home, "copy")));
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(_programs.Home, "folder", "some file")));
        Assert.Equal(content, (await _programs.ClientAsync("get", $"{Host}:{there}", "-")).Bytes);
    }

    [Fact]
    public async Task Get_creates_no_file_if_the_remote_file_is_missing()
    {
        Output missing = await _programs.ClientAsync("get", $"{Host}:/no-such-file", "x");
        const string reason = "no such file or directory";
        string said = $"rsh-client: /no-such-file: {reason}\nrsh-client: 1 of 1 failed: {reason}\n";
        Assert.Equal((1, said), (missing.Status, missing.Error));
        Assert.Equal(2, (await _programs.ClientAsync("get", Host)).Status);
        Assert.False(File.Exists(Path.Combine(_programs.Home, "x")));
    }

    [Fact]
    public async Task Client_says_why_it_cannot_connect_and_what_to_do()
    {
        await SaysAsync(255, "nothing listens at 127.0.0.1:1", "rsh-server run", "run", "127.0.0.1:1", "true");
        await SaysAsync(255, "there is no host named 'no-such-host.invalid'", "check the name", "run", "no-such-host.invalid", "true");
        await SaysAsync(255, "this server runs commands as", "leave the user out", "run", $"somebody-else@{Host}", "true");
        await SaysAsync(255, "as asked", "do not continue", "run", "--fingerprint", $"SHA256:{new string('A', 43)}", Host, "true");
    }

    [Fact]
    public async Task Client_says_what_is_wrong_with_a_host()
    {
        await SaysAsync(2, "does not name a host", "see", "run", "two words", "true");
        await SaysAsync(2, "'foo' is not a fingerprint", "see", "run", "--fingerprint", "foo", Host, "true");
        await SaysAsync(2, "is not a port", "see", "run", "host:99999", "true");
        await SaysAsync(2, "there is no group 'file'", "hosts expand", "run", "@file", "true");
        await SaysAsync(2, "'web[1-3]' is a set of hosts, and logs takes one host", "see", "logs", "web[1-3]", "job");
    }

    [Fact]
    public async Task Run_says_what_is_wrong_with_its_command_line()
    {
        await SaysAsync(2, "the command is empty", "see", "run", Host, "");
        await SaysAsync(2, "run needs COMMAND", "usage: rsh-client run [OPTIONS] HOST COMMAND...", "run", Host);
        await SaysAsync(2, "'--no-such'", "rsh-client run --help", "run", "--no-such", Host, "true");
        await SaysAsync(2, "--env takes NAME=VALUE", "see", "run", "--env", "X", Host, "true");
        await SaysAsync(2, "'soon' is not a duration", "--help", "run", "--timeout", "soon", Host, "true");
        await SaysAsync(2, "--cwd is empty", "see", "run", "--cwd", "", Host, "true");
        Output raw = await _programs.ShellAsync("$C run $H \"echo $(printf '\\377')\"");
        Assert.Equal((2, ""), (raw.Status, raw.Text));
        Assert.Contains("has bytes that are not UTF-8, and cannot be passed on\nlet the remote shell", raw.Error);
    }

    [Fact]
    public async Task Replacement_character_is_valid_in_a_command_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /proc/self/cmdline");
        Assert.Equal("\uFFFD\n", (await _programs.ClientAsync("run", Host, "echo \uFFFD")).Text);
    }

    [Fact]
    public async Task Run_says_that_a_command_with_its_variables_is_too_long()
    {
        string value = new('x', 100_000);
        string[] variables = ["--env", $"A={value}", "--env", $"B={value}", "--env", $"C={value}"];
        await SaysAsync(2, "the command is too long", "standard input", ["run", .. variables, Host, "true"]);
    }

    [Fact]
    public async Task Get_and_keygen_say_what_is_in_the_way()
    {
        await SaysAsync(1, "/no/such/x: no such file or directory", "", "get", $"{Host}:/etc/hostname", "/no/such/x");
        await _programs.RunToolAsync("mkfifo", "pipe");
        await SaysAsync(1, "pipe: is not a regular file, and is not replaced", "", "get", $"{Host}:/etc/hostname", "pipe");
        await SaysAsync(1, "rsh-client: x: ", "1 of 1 failed", "get", $"{Host}:/etc/hostname", "/proc/x");
        await SaysAsync(1, "is a folder; -r transfers folders", "1 of 1 failed", "get", $"{Host}:/etc", "x");
        await SaysAsync(1, "the key file exists already", "rsh-client pubkey", "keygen");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run --help")]
    [InlineData("calc -h")]
    [InlineData("put --help")]
    [InlineData("get --help")]
    [InlineData("cp --help")]
    [InlineData("file --help")]
    [InlineData("file mv --help")]
    public async Task Help_fits_80_columns_and_has_usage(string arguments)
    {
        Output help = await _programs.ClientAsync(arguments.Split(' '));
        Assert.Equal((0, ""), (help.Status, help.Error));
        Assert.Contains("Usage:\n  rsh-client ", help.Text);
        Assert.DoesNotContain("Default:", help.Text);
        Assert.All(help.Text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public async Task Client_refuses_a_server_whose_key_has_changed()
    {
        string known = Path.Combine(_programs.Home, "client", "known_hosts");
        string other = (await _programs.ClientAsync("pubkey")).Text.Trim();
        File.WriteAllText(known, $"{Host} {other}\n");
        Output refused = await _programs.ClientAsync("run", "--accept-new", Host, "true");
        Assert.Equal(255, refused.Status);
        Assert.Contains("HAS CHANGED", refused.Error);
        Assert.Contains($"line 1 of {known}", refused.Error);
    }

    [Fact]
    public async Task First_ctrl_c_goes_to_the_command()
    {
        const string command = "trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.02; done";
        using Process client = _programs.Start("rsh-client", "run", Host, command);
        Assert.Equal("ready", await client.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(client, "INT");
        Assert.Equal("caught", await client.StandardOutput.ReadLineAsync().Within());
        await client.WaitForExitAsync().Within();
        Assert.Equal(9, client.ExitCode);
    }

    [Theory]
    [InlineData("INT", 0)]
    [InlineData("TERM", 143)]
    public async Task Ping_ends_by_a_signal_with_the_status_that_the_readme_states(string signal, int status)
    {
        using Process ping = _programs.Start("rsh-client", "ping", Host);
        Assert.StartsWith("answer from", await ping.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(ping, signal);
        await ping.WaitForExitAsync().Within();
        Assert.Equal(status, ping.ExitCode);
    }

    [Fact]
    public async Task Second_ctrl_c_ends_the_command()
    {
        const string command = "trap 'echo no' INT; echo ready; while :; do sleep 0.02; done";
        using Process stubborn = _programs.Start("rsh-client", "run", Host, command);
        Assert.Equal("ready", await stubborn.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(stubborn, "INT");
        Assert.Equal("no", await stubborn.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(stubborn, "INT");
        await stubborn.WaitForExitAsync().Within();
        Assert.Equal(130, stubborn.ExitCode);
    }

    [Theory]
    [InlineData("run 127.0.0.1:1 true", 255)]
    [InlineData("run HOST 'exit 4'", 4)]
    [InlineData("run HOST 'echo e >&2'", 255)]
    public async Task Exit_status_is_right_if_standard_error_cannot_be_written(string arguments, int status)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /dev/full");
        string words = arguments.Replace("HOST", Host, StringComparison.Ordinal);
        Assert.Equal(status, await RunShellAsync($"{Programs.ClientPath} {words} 2>/dev/full"));
    }

    [Theory]
    [InlineData("run HOST 'echo o'", 255)]
    [InlineData("calc HOST 1+1", 255)]
    [InlineData("who HOST", 1)]
    [InlineData("time HOST", 1)]
    [InlineData("ping -c 1 HOST", 1)]
    [InlineData("pubkey", 1)]
    public async Task Full_standard_output_has_the_status_of_the_subcommand(string arguments, int status)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /dev/full");
        string words = arguments.Replace("HOST", Host, StringComparison.Ordinal);
        Assert.Equal(status, await RunShellAsync($"{Programs.ClientPath} {words} >/dev/full"));
    }

    [Fact]
    public async Task Command_ends_when_the_reader_of_its_output_is_gone()
    {
        using Process client = _programs.Start("rsh-client", "run", Host, "yes");
        Assert.Equal("y", await client.StandardOutput.ReadLineAsync().Within());
        client.StandardOutput.Close();
        await client.WaitForExitAsync().Within();
        Assert.Equal(141, client.ExitCode);
    }

    [Fact]
    public async Task Output_is_appended_to_a_file_that_others_append_to()
    {
        string file = Path.Combine(_programs.Home, "log");
        Assert.Equal(0, await RunShellAsync($"(echo one; {Programs.ClientPath} run {Host} 'echo two'; echo three) > {file}"));
        Assert.Equal("one\ntwo\nthree\n", File.ReadAllText(file));
    }

    private async Task<JsonElement> JsonAsync(string command)
        => JsonDocument.Parse((await _programs.ClientAsync("run", "--json", Host, command)).Bytes).RootElement;

    private async Task<int> RunShellAsync(string line)
    {
        var start = new ProcessStartInfo("sh", ["-c", line]) { Environment = { ["RSH_HOME"] = _programs.Home } };
        using Process shell = Process.Start(start)!;
        await shell.WaitForExitAsync().Within();
        return shell.ExitCode;
    }

    // Checks the exit status, that the message contains `what`, and that its second line, the hint, contains `hint`.
    private async Task SaysAsync(int status, string what, string hint, params string[] arguments)
    {
        Output output = await _programs.ClientAsync(arguments);
        Assert.True(status == output.Status, $"{output.Status}: {output.Error}");
        Assert.Empty(output.Text);
        string[] lines = output.Error.TrimEnd().Split('\n');
        Assert.StartsWith("rsh-client: ", lines[0]);
        Assert.Contains(what, lines[0]);
        Assert.Contains(hint, lines.Length > 1 ? lines[1] : "");
    }

    [Fact]
    public async Task Ping_prints_each_round_trip_and_a_summary()
    {
        Output ping = await _programs.ClientAsync("ping", "-c", "3", "-i", "10ms", Host);
        Assert.Equal((0, ""), (ping.Status, ping.Error));
        string[] lines = ping.Text.Split('\n');
        Assert.All(lines[..3], line => Assert.StartsWith($"answer from {Host}: number ", line));
        Assert.Equal($"{Host}: 3 sent, 3 answered, 0 % lost", lines[3]);
        Assert.StartsWith("round trip: lowest ", lines[4]);
        Assert.StartsWith("clock offset: ", lines[5]);
    }

    [Fact]
    public async Task Time_prints_the_servers_time()
    {
        Output time = await _programs.ClientAsync("time", Host);
        Assert.Equal(0, time.Status);
        var shown = DateTimeOffset.Parse(time.Text.Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(shown - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Ping_fails_without_a_round_trip()
    {
        Assert.Equal(2, (await _programs.ClientAsync("ping", "-c", "0", Host)).Status);
        Assert.Equal(255, (await _programs.ClientAsync("ping", "-c", "1", "127.0.0.1:1")).Status);
    }
}
