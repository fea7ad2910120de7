using System.Text;

namespace RemoteShell.EndToEnd;

/// <summary>Standard input is bytes, whatever it is; a command that asked for no terminal leaves the local one alone.</summary>
public class StandardInputTests : IAsyncLifetime
{
    private Programs _programs = null!;

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _programs.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Secret_typed_without_echo_is_not_shown()
    {
        await using TestTerminal terminal = _programs.ScriptOnTerminal(
            "stty -echo; exec \"$C\" run -i \"$H\" 'echo ready; read x; echo length ${#x}'");
        await terminal.SeesAsync("ready");
        await terminal.TypeAsync("S3cret\r");
        await terminal.SeesAsync("length 6");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Equal("ready\r\nlength 6\r\n", Encoding.UTF8.GetString(terminal.Shown));
    }

    [Fact]
    public async Task Typed_bytes_arrive_unchanged()
    {
        await using TestTerminal terminal = _programs.ScriptOnTerminal(
            "stty -echo; exec \"$C\" run -i \"$H\" 'echo ready; head -n 1 | od -An -tx1'");
        await terminal.SeesAsync("ready");
        await terminal.TypeBytesAsync(new byte[] { 0x61, 0xff, 0xfe, 0x00, 0x01, 0x1b, 0x5b, 0x41, 0x62, 0x0d });
        await terminal.SeesAsync(" 61 ff fe 00 01 1b 5b 41 62 0a");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Keys_of_a_raw_terminal_arrive_at_once()
    {
        await using TestTerminal terminal = _programs.ScriptOnTerminal(
            "stty raw -echo; exec \"$C\" run -i \"$H\" 'echo ready; head -c 3 | od -An -tx1'");
        await terminal.SeesAsync("ready");
        await terminal.TypeAsync("a\u007fb");
        await terminal.SeesAsync(" 61 7f 62");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task End_of_typed_input_is_the_end_of_the_commands_input()
    {
        await using TestTerminal terminal = _programs.ScriptOnTerminal("exec \"$C\" run -i \"$H\" 'echo ready; wc -c'");
        await terminal.SeesAsync("ready");
        await terminal.TypeAsync("four\r\u0004");
        await terminal.SeesAsync("5\r\n");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Killed_client_leaves_the_terminals_modes()
    {
        await using TestTerminal terminal = _programs.ScriptOnTerminal("exec \"$C\" run -i \"$H\" 'echo ready; sleep 60'");
        await terminal.SeesAsync("ready");
        Assert.True(terminal.IsCooked);
        terminal.Kill(9);
        Assert.Equal(137, await terminal.EndAsync());
        Assert.True(terminal.IsCooked);
    }

    [Theory]
    [InlineData("\"$C\" run -i \"$H\" 'echo out; echo err >&2'", 0)]
    [InlineData("\"$C\" run \"$H\" 'kill -9 $$'", 137)]
    [InlineData("\"$C\" jobs \"$H\"", 0)]
    [InlineData("\"$C\" who \"$H\"", 0)]
    [InlineData("\"$C\" pubkey", 0)]
    [InlineData("\"$C\" keygen", 1)]
    [InlineData("\"$C\" --help", 0)]
    [InlineData("\"$C\" nonsense", 2)]
    [InlineData("echo 'echo hi' | \"$C\" connect \"$H\"", 0)]
    public async Task Command_without_a_terminal_writes_no_escape_to_the_local_one(string script, int status)
    {
        await using TestTerminal terminal = _programs.ScriptOnTerminal(script);
        Assert.Equal(status, await terminal.EndAsync());
        Assert.DoesNotContain((byte)0x1b, terminal.Shown);
        Assert.NotEmpty(terminal.Shown.Length == 0 && script.Contains(" jobs ", StringComparison.Ordinal) ? [1] : terminal.Shown);
        Assert.True(terminal.IsCooked);
    }

    [Fact]
    public async Task Question_about_a_host_key_leaves_the_next_line_for_the_command()
    {
        File.Delete(Path.Combine(_programs.Home, "client", "known_hosts"));
        await using TestTerminal terminal = _programs.ScriptOnTerminal("stty -echo; exec \"$C\" run -i \"$H\" 'read x; echo got $x'");
        await terminal.SeesAsync("(yes/no) ");
        await terminal.TypeAsync("yes\rnext\r");
        await terminal.SeesAsync("got next");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Non_blocking_input_is_waited_for()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3") || OnPath("python3"), "needs python3: makes a pipe non-blocking");
        const string parent = """
            import os, subprocess, sys
            reader, writer = os.pipe()
            os.set_blocking(reader, False)
            client = subprocess.Popen(sys.argv[1:], stdin=reader, stdout=subprocess.PIPE)
            print(client.stdout.readline().decode(), end='')
            os.write(writer, b'late\n')
            os.close(writer)
            print(client.stdout.read().decode(), end='')
            sys.exit(client.wait())
            """;
        Output output = await _programs.ShellAsync($"python3 -c \"{parent}\" \"$C\" run -i \"$H\" 'echo ready; cat; exit 3'");
        Assert.Equal((3, "ready\nlate\n", ""), (output.Status, output.Text, output.Error));
    }

    [Fact]
    public async Task Non_blocking_output_is_waited_for()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3") || OnPath("python3"), "needs python3: makes a pipe non-blocking");
        const string parent = """
            import os, subprocess, sys
            reader, writer = os.pipe()
            os.set_blocking(writer, False)
            client = subprocess.Popen(sys.argv[1:], stdout=writer)
            os.close(writer)
            total = 0
            while True:
                piece = os.read(reader, 65536)
                if not piece: break
                total += len(piece)
            print(total, client.wait())
            """;
        Output output = await _programs.ShellAsync($"python3 -c \"{parent}\" \"$C\" run \"$H\" 'head -c 5000000 /dev/zero; exit 3'");
        Assert.Equal((0, "5000000 3\n", ""), (output.Status, output.Text, output.Error));
    }

    [Theory]
    [InlineData("< /dev/null", "0\n")]
    [InlineData("< /dev/zero", "1000000\n")]
    public async Task Device_as_input_is_read(string redirection, string count)
    {
        Output output = await _programs.ShellAsync($"exec \"$C\" run -i \"$H\" 'head -c 1000000 | wc -c' {redirection}");
        Assert.Equal((0, count, ""), (output.Status, output.Text, output.Error));
    }

    [Fact]
    public async Task Folder_as_input_is_an_error_with_a_message()
    {
        Output output = await _programs.ShellAsync("exec \"$C\" run -i \"$H\" cat < /");
        Assert.Equal((255, ""), (output.Status, output.Text));
        Assert.Contains("standard input cannot be read: Is a directory", output.Error);
    }

    [Theory]
    [InlineData("connect \"$H\"")]
    [InlineData("notify \"$H\" -")]
    public async Task Folder_as_input_of_the_program_itself_is_named(string command)
    {
        Output output = await _programs.ShellAsync($"exec \"$C\" {command} < /");
        Assert.NotEqual(0, output.Status);
        Assert.Contains("rsh-client: standard input cannot be read: Is a directory", output.Error);
    }

    private static bool OnPath(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
