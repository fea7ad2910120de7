namespace RemoteShell.EndToEnd;

/// <summary>The parent closed standard descriptors of the programs: they behave as if /dev/null were there.</summary>
public class ClosedDescriptorTests : IAsyncLifetime
{
    private Programs _programs = null!;

    public static TheoryData<string> Closed =>
        ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"];

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _programs.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // \011 on standard error was SIGKILL, where 2 was the runtime's pipe for signals.
    [Theory]
    [MemberData(nameof(Closed))]
    public async Task Client_runs_a_command_with_closed_descriptors(string closed)
    {
        Output output = await _programs.ShellAsync(
            $"exec \"$C\" run -i \"$H\" 'wc -c; printf \"\\011\\001-\" >&2; sleep 0.1; echo out; exit 3' {closed}");
        bool hasOutput = !closed.Contains(">&- ", StringComparison.Ordinal) && !closed.Contains(" >&-", StringComparison.Ordinal)
            && closed != ">&-";
        string shown = hasOutput || closed is "2>&-" or "<&- 2>&-" ? "0\nout\n" : "";
        Assert.Equal((3, shown), (output.Status, output.Text));
        Assert.Equal(closed.Contains("2>&-", StringComparison.Ordinal) ? "" : "\t\u0001-", output.Error);
    }

    [Theory]
    [InlineData("run \"$H\" nonexistent-command", 127)]
    [InlineData("run 127.0.0.1:1 true", 255)]
    [InlineData("nonsense", 2)]
    public async Task Status_is_right_with_closed_descriptors(string arguments, int status)
    {
        foreach (string closed in new[] { "2>&-", "<&- >&- 2>&-" })
            Assert.Equal(status, (await _programs.ShellAsync($"exec \"$C\" {arguments} {closed}")).Status);
    }

    [Fact]
    public async Task Arguments_survive_closed_descriptors()
    {
        Output output = await _programs.ShellAsync("exec \"$C\" run \"$H\" printf '[%s]' 'two  words' '' 'ä' '-n' <&-");
        Assert.Equal((0, "[two  words][][ä][-n]", ""), (output.Status, output.Text, output.Error));
    }

    [Theory]
    [InlineData("<&-")]
    [InlineData("<&- >&-")]
    [InlineData("<&- >&- 2>&-")]
    public async Task Put_refuses_a_closed_standard_input_and_the_target_keeps_its_content(string closed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: transfers of files");
        string file = Path.Combine(_programs.Home, "file");
        await File.WriteAllTextAsync(file, "old\n");
        Output output = await _programs.ShellAsync($"exec \"$C\" put - \"$H:$RSH_HOME/file\" {closed}");
        string said = closed.Contains("2>&-", StringComparison.Ordinal)
            ? ""
            : "rsh-client: standard input is closed, so there is nothing to put\n" +
                $"redirect it: rsh-client put - {_programs.Host}:{_programs.Home}/file < FILE; for an empty file: < /dev/null\n";
        Assert.Equal((2, "", said), (output.Status, output.Text, output.Error));
        Assert.Equal("old\n", await File.ReadAllTextAsync(file));
        Assert.Equal(0, (await _programs.ShellAsync("exec \"$C\" put - \"$H:$RSH_HOME/file\" < /dev/null 2>&-")).Status);
        Assert.Equal("", await File.ReadAllTextAsync(file));
    }

    [Theory]
    [MemberData(nameof(Closed))]
    public async Task Server_serves_with_closed_descriptors(string closed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /proc/PID/fd");
        string script = $$"""
            RSH_HOME="$RSH_HOME/second"; export RSH_HOME
            "$C" keygen 2>/dev/null | "$S" authorize - 2>/dev/null
            "$S" run --listen 127.0.0.1:0 --port-file port >/dev/null 2>/dev/null {{closed}} &
            server=$!
            i=0
            while [ ! -s port ] && [ $i -lt 400 ]; do sleep 0.05; i=$((i+1)); done
            "$C" run --accept-new 127.0.0.1:$(cat port) 'echo out; exit 3' 2>/dev/null
            echo client $?
            readlink /proc/$server/fd/0 /proc/$server/fd/1 /proc/$server/fd/2
            kill $server
            wait $server
            echo server $?
            """;
        Output output = await _programs.ShellAsync(script);
        Assert.Equal("out\nclient 3\n/dev/null\n/dev/null\n/dev/null\nserver 0\n", output.Text);
    }
}
