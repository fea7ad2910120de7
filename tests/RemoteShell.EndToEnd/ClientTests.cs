using System.Diagnostics;
using System.Text.Json;

namespace RemoteShell.EndToEnd;

/// <summary>The two executables, as a stranger types them.</summary>
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
    public async Task The_exit_status_is_the_commands_own(string command, int status)
    {
        Assert.Equal(status, (await _programs.ClientAsync("run", Host, command)).Status);
    }

    [Fact]
    public async Task Output_and_error_stay_apart_and_nothing_else_is_printed()
    {
        Output output = await _programs.ClientAsync("run", Host, "echo out; echo err >&2");
        Assert.Equal((0, "out\n", "err\n"), (output.Status, output.Text, output.Error));
    }

    [Fact]
    public async Task Everything_behind_host_belongs_to_the_command_dashes_included()
    {
        Assert.Equal("[-n][--json][a b][--]", (await _programs.ClientAsync("run", Host, "printf", "[%s]", "-n", "--json", "a b", "--")).Text);
        Assert.Equal("x\n", (await _programs.ClientAsync("run", "--quiet", Host, "echo x")).Text);
        Assert.Equal("-2\n", (await _programs.ClientAsync("calc", Host, "-5", "+3")).Text);
    }

    [Fact]
    public async Task One_word_is_a_shell_line_and_two_are_argv_unless_told()
    {
        Assert.Equal("3\n", (await _programs.ClientAsync("run", Host, "echo $((1+2))")).Text);
        Assert.Equal("$((1+2))\n", (await _programs.ClientAsync("run", Host, "echo", "$((1+2))")).Text);
        Assert.Equal("3\n", (await _programs.ClientAsync("run", "--shell", Host, "echo", "$((1+2))")).Text);
        Assert.Equal(127, (await _programs.ClientAsync("run", "--exec", Host, "echo hi")).Status);
        Assert.Equal(2, (await _programs.ClientAsync("run", "--exec", "--shell", Host, "true")).Status);
    }

    [Fact]
    public async Task Standard_input_is_left_alone_unless_asked_for()
    {
        Assert.Equal("0\n", (await _programs.ClientWithInputAsync("mine", "run", Host, "wc -c | tr -d ' '")).Text);
        Assert.Equal("mine", (await _programs.ClientWithInputAsync("mine", "run", "-i", Host, "cat")).Text);
    }

    [Fact]
    public async Task Folder_variables_and_timeout_are_passed_on()
    {
        Assert.Equal("/tmp V\n", (await _programs.ClientAsync("run", "--cwd", "/tmp", "--env", "K=V", Host, "echo $PWD $K")).Text);
        Output late = await _programs.ClientAsync("run", "--timeout", "200ms", Host, "sleep 300");
        Assert.Equal((124, "rsh-client: the command was ended: it timed out after 0.2 s\n"), (late.Status, late.Error));
        Output nowhere = await _programs.ClientAsync("run", "--cwd", "/no/such", Host, "true");
        Assert.Equal((126, "rsh-client: the command could not be started: /no/such: no such working directory\n"), (nowhere.Status, nowhere.Error));
    }

    [Fact]
    public async Task Json_has_everything_in_one_object()
    {
        JsonElement text = JsonDocument.Parse((await _programs.ClientAsync("run", "--json", Host, "printf 'a\"b\\n中文'; echo err >&2; exit 3")).Bytes).RootElement;
        Assert.Equal(("exited", 3, true, "a\"b\n中文", "err\n"), (text.GetProperty("outcome").GetString(), text.GetProperty("exit").GetInt32(), text.GetProperty("verified").GetBoolean(), text.GetProperty("stdout").GetString(), text.GetProperty("stderr").GetString()));
        Assert.Equal(10, text.GetProperty("streams").GetProperty("stdout").GetProperty("total").GetInt64());
        Assert.Equal(16, text.GetProperty("job").GetString()!.Length);
        Assert.True(text.GetProperty("duration_ms").GetDouble() > 0);

        JsonElement binary = JsonDocument.Parse((await _programs.ClientAsync("run", "--json", Host, "printf '\\377\\000'; head -c 3000000 /dev/zero >&2")).Bytes).RootElement;
        Assert.Equal(("base64", "/wA=", "utf-8", 3_000_000), (binary.GetProperty("stdout_encoding").GetString(), binary.GetProperty("stdout").GetString(), binary.GetProperty("stderr_encoding").GetString(), binary.GetProperty("stderr").GetString()!.Length));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_arrive_as_they_are()
    {
        Output output = await _programs.ClientAsync("run", Host, "printf '\\377\\376\\000\\200abc'");
        Assert.Equal([0xFF, 0xFE, 0, 0x80, (byte)'a', (byte)'b', (byte)'c'], output.Bytes);
    }

    [Theory]
    [InlineData("123+345", 0, "468\n", "")]
    [InlineData("(1 + 2) * 3", 0, "9\n", "")]
    [InlineData("1/0", 2, "", "calc: division by zero at position 2\n")]
    public async Task Calc_computes_at_the_server(string expression, int status, string output, string error)
    {
        Output result = await _programs.ClientAsync("calc", Host, expression);
        Assert.Equal((status, output, error), (result.Status, result.Text, result.Error));
    }

    [Fact]
    public async Task Connect_reads_lines_keeps_folder_and_variables_and_exits_with_the_last_status()
    {
        Output output = await _programs.ClientWithInputAsync("cd /tmp\nexport A='1 2'\n\n# a remark\ncalc 1+1\necho $A $PWD\ncat\nhelp | nothing\nsh -c 'exit 5'\n", "connect", Host);
        Assert.Equal("2\n1 2 /tmp\n", output.Text);
        Assert.Equal(5, output.Status);
        Assert.Equal((3, "a\n"), (await _programs.ClientWithInputAsync("echo a\nexit 3\necho b\n", "connect", Host)) is var left ? (left.Status, left.Text) : default);
        Assert.Equal((1, ""), (await _programs.ClientWithInputAsync("false\nquit\n", "connect", Host)) is var quit ? (quit.Status, quit.Text) : default);
    }

    [Fact]
    public async Task Get_fetches_a_file_here_there_and_to_standard_output()
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
        Output missing = await _programs.ClientAsync("get", $"{Host}:/no/such/file", "x");
        Assert.Equal((1, "rsh-client: /no/such/file: no such file\n"), (missing.Status, missing.Error));
        Assert.Equal(2, (await _programs.ClientAsync("get", Host)).Status);
        Assert.False(File.Exists(Path.Combine(_programs.Home, "x")));
    }

    [Fact]
    public async Task What_cannot_be_is_said_with_its_cure()
    {
        await SaysAsync(255, "nothing listens at 127.0.0.1:1", "rsh-server run", "run", "127.0.0.1:1", "true");
        await SaysAsync(255, "there is no host named 'no-such-host.invalid'", "check the name", "run", "no-such-host.invalid", "true");
        await SaysAsync(2, "names no host", "see", "run", "two words", "true");
        await SaysAsync(2, "the command is empty", "see", "run", Host, "");
        await SaysAsync(2, "Required argument 'COMMAND' missing", "rsh-client run --help", "run", Host);
        await SaysAsync(2, "'--no-such'", "rsh-client run --help", "run", "--no-such", Host, "true");
        await SaysAsync(2, "--env takes NAME=VALUE", "see", "run", "--env", "X", Host, "true");
        await SaysAsync(2, "'soon' is no length of time", "--help", "run", "--timeout", "soon", Host, "true");
        await SaysAsync(2, "the command is too long", "standard input", "run", "--env", $"A={new string('x', 100_000)}", "--env", $"B={new string('x', 100_000)}", "--env", $"C={new string('x', 100_000)}", Host, "true");
        await SaysAsync(255, "this server runs everything as", "leave the user out", "run", $"somebody-else@{Host}", "true");
        await SaysAsync(255, "as asked", "do not go on", "run", "--fingerprint", $"SHA256:{new string('A', 43)}", Host, "true");
        await SaysAsync(2, "'foo' is no fingerprint", "see", "run", "--fingerprint", "foo", Host, "true");
        await SaysAsync(2, "--cwd is empty", "see", "run", "--cwd", "", Host, "true");
        await SaysAsync(2, "is no port", "see", "run", "host:99999", "true");
        await SaysAsync(2, "holds bytes that are not UTF-8", "let the shell there", "run", Host, "echo \uFFFD");
        await SaysAsync(2, "has no user in front of its @", "see", "run", "@file", "true");
        await SaysAsync(1, "there is no folder /no/such here", "make it first", "get", $"{Host}:/etc/hostname", "/no/such/x");
        await SaysAsync(1, "is a directory", "", "get", $"{Host}:/etc", "x");
        await SaysAsync(1, "there is a key already", "rsh-client pubkey", "keygen");
    }

    [Fact]
    public async Task A_server_whose_key_has_changed_is_refused_loudly()
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
    public async Task Ctrl_c_goes_to_the_command_and_the_second_one_gives_it_up()
    {
        using Process client = _programs.Start("rsh-client", "run", Host, "trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.02; done");
        Assert.Equal("ready", await client.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(client, "INT");
        Assert.Equal("caught", await client.StandardOutput.ReadLineAsync().Within());
        await client.WaitForExitAsync().Within();
        Assert.Equal(9, client.ExitCode);

        using Process stubborn = _programs.Start("rsh-client", "run", Host, "trap 'echo no' INT; echo ready; while :; do sleep 0.02; done");
        Assert.Equal("ready", await stubborn.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(stubborn, "INT");
        Assert.Equal("no", await stubborn.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(stubborn, "INT");
        await stubborn.WaitForExitAsync().Within();
        Assert.Equal(130, stubborn.ExitCode);
    }

    [Fact]
    public async Task A_standard_error_that_takes_nothing_does_not_change_what_became_of_it()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string client = _programs.Start("rsh-client", "--version").StartInfo.FileName;
        foreach ((string arguments, int status) in new[] { ("run 127.0.0.1:1 true", 255), ($"run {Host} 'exit 4'", 4), ($"run {Host} 'echo e >&2'", 255) })
        {
            using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"{client} {arguments} 2>/dev/full"]) { Environment = { ["RSH_HOME"] = _programs.Home } })!;
            await shell.WaitForExitAsync().Within();
            Assert.Equal(status, shell.ExitCode);
        }
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_the_command()
    {
        using Process client = _programs.Start("rsh-client", "run", Host, "yes");
        Assert.Equal("y", await client.StandardOutput.ReadLineAsync().Within());
        client.StandardOutput.Close();
        await client.WaitForExitAsync().Within();
        Assert.Equal(141, client.ExitCode);
    }

    [Fact]
    public async Task Output_is_appended_where_others_append_too()
    {
        string file = Path.Combine(_programs.Home, "log");
        string client = _programs.Start("rsh-client", "--version").StartInfo.FileName;
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"(echo one; {client} run {Host} 'echo two'; echo three) > {file}"]) { Environment = { ["RSH_HOME"] = _programs.Home } })!;
        await shell.WaitForExitAsync().Within();
        Assert.Equal("one\ntwo\nthree\n", File.ReadAllText(file));
    }

    private async Task SaysAsync(int status, string what, string cure, params string[] arguments)
    {
        Output output = await _programs.ClientAsync(arguments);
        Assert.True(status == output.Status, $"{output.Status}: {output.Error}");
        Assert.Empty(output.Text);
        string[] lines = output.Error.TrimEnd().Split('\n');
        Assert.StartsWith("rsh-client: ", lines[0]);
        Assert.Contains(what, lines[0]);
        Assert.Contains(cure, lines.Length > 1 ? lines[1] : "");
    }

    [Fact]
    public async Task Ping_prints_each_round_trip_and_the_sum_and_time_the_servers_clock()
    {
        Output ping = await _programs.ClientAsync("ping", "-c", "3", "-i", "10ms", Host);
        Assert.Equal((0, ""), (ping.Status, ping.Error));
        string[] lines = ping.Text.Split('\n');
        Assert.All(lines[..3], line => Assert.StartsWith($"answer from {Host}: number ", line));
        Assert.Equal($"{Host}: 3 sent, 3 answered, 0 % lost", lines[3]);
        Assert.StartsWith("round trip: lowest ", lines[4]);
        Assert.StartsWith("its clock: ", lines[5]);
        Output time = await _programs.ClientAsync("time", Host);
        Assert.Equal(0, time.Status);
        Assert.InRange(DateTimeOffset.Parse(time.Text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await _programs.ClientAsync("ping", "-c", "0", Host)).Status);
        Assert.Equal(255, (await _programs.ClientAsync("ping", "-c", "1", "127.0.0.1:1")).Status);
    }
}
