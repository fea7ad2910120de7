namespace RemoteShell.EndToEnd;

/// <summary>Mistakes on the command line: the message names the word that is wrong, and the hint helps.</summary>
public class CommandLineTests
{
    [Theory]
    [InlineData("rnu HOST true", "there is no command 'rnu'; did you mean 'run'?", "see: rsh-client --help")]
    [InlineData("frobnicate", "there is no command 'frobnicate'", "see: rsh-client --help")]
    [InlineData("", "a command is missing", "see: rsh-client --help")]
    [InlineData("--nope", "there is no option '--nope'", "see: rsh-client --help")]
    [InlineData("jobs --alll HOST", "there is no option '--alll' for jobs; did you mean '--all'?", "see: rsh-client jobs --help")]
    [InlineData("kill -9 HOST JOB", "there is no option '-9' for kill", "see: rsh-client kill --help")]
    [InlineData("get -k HOST:x y", "there is no option '-k' for get", "see: rsh-client get --help")]
    [InlineData("get local", "'local' does not name a file; write HOST:PATH", "see: rsh-client get --help")]
    [InlineData("get h:a g:b x", "the paths name two hosts, 'h' and 'g'", "see: rsh-client get --help")]
    [InlineData("get h:a h:b -", "- is standard output, and takes one file", "see: rsh-client get --help")]
    [InlineData("put a b", "'b' does not name a remote path; write HOST:PATH", "see: rsh-client put --help")]
    [InlineData("put a:b h:", "for a file: ./a:b", "see: rsh-client put --help")]
    [InlineData("put a", "put needs LOCAL and HOST:PATH", "usage: rsh-client put [OPTIONS] LOCAL... HOST:PATH")]
    [InlineData("put -P 1 a h:", "write the port into the path: HOST:1:PATH", "see: rsh-client put --help")]
    [InlineData("put --delete a h:", "--delete needs -r", "see: rsh-client put --help")]
    [InlineData("put - h:", "standard input has no name; name the remote file: HOST:PATH", "see: rsh-client put --help")]
    [InlineData("cp h:a b", "'b' does not name a remote path; put and get copy local files", "see: rsh-client cp --help")]
    [InlineData("file", "file needs a command: ls, rm, mv, mkdir, stat", "see: rsh-client file --help")]
    [InlineData("file mkdri h:a", "file has no command 'mkdri'; did you mean 'mkdir'?", "see: rsh-client file --help")]
    [InlineData("file ls -k h:a", "there is no option '-k' for file ls", "see: rsh-client file ls --help")]
    [InlineData("file mv h:a", "file mv needs HOST:NEW", "usage: rsh-client file mv [OPTIONS] HOST:PATH HOST:NEW")]
    [InlineData("run --tiemout 5s HOST true", "no option '--tiemout' for run; did you mean '--timeout'?", "see: rsh-client run --help")]
    [InlineData("run -ix HOST true", "there is no option '-ix' for run; options must stand before HOST", "see: rsh-client run --help")]
    [InlineData("logs", "logs needs HOST and JOB", "usage: rsh-client logs [OPTIONS] HOST JOB")]
    [InlineData("logs HOST", "logs needs JOB", "usage: rsh-client logs [OPTIONS] HOST JOB")]
    [InlineData("run", "run needs HOST and COMMAND", "usage: rsh-client run [OPTIONS] HOST COMMAND...")]
    [InlineData("who HOST more", "who does not take the argument 'more'", "usage: rsh-client who [OPTIONS] HOST")]
    [InlineData("run --timeout", "--timeout needs a value: --timeout TIME", "see: rsh-client run --help")]
    [InlineData("run --timeout 1s --timeout 2s HOST true", "--timeout is given more than once", "see: rsh-client run --help")]
    [InlineData("run --json=yes HOST true", "--json takes no value, so 'yes' does not belong there", "see: rsh-client run --help")]
    [InlineData("run --digest sha265 HOST true", "--digest takes crc32c or sha256, not 'sha265'; did you mean 'sha256'?", "see:")]
    [InlineData("logs --length 1X HOST JOB", "--length: '1X' is not a size; write bytes, or 64K", "see: rsh-client logs --help")]
    [InlineData("run 7301 true", "'7301' has a number where a host must be; to name a port, write HOST:7301", "see:")]
    [InlineData("run 99999 true", "'99999' is neither a host nor a port; ports are 0 to 65535", "see:")]
    [InlineData("run --on-disconnect keep: HOST true", "--on-disconnect: '' is not a duration; write 250ms", "see: rsh-client run --help")]
    [InlineData("run --on-disconnect wait HOST true", "--on-disconnect: unknown on-disconnect policy 'wait'", "see: rsh-client run --help")]
    [InlineData("run https://server.example true", "'https://server.example' is a URL; write HOST or HOST:PORT", "see:")]
    [InlineData("run --timeout 0 HOST true", "--timeout must be at least 1ms", "see: rsh-client run --help")]
    [InlineData("[nope] run HOST true", "there is no directive '[nope]'", "see: rsh-client --help")]
    [InlineData("help rnu", "there is no command 'rnu'; did you mean 'run'?", "see: rsh-client --help")]
    public Task Client_names_the_wrong_word(string arguments, string message, string hint)
        => SaysAsync("rsh-client", arguments, message, hint);

    [Theory]
    [InlineData("stauts", "there is no command 'stauts'; did you mean 'status'?", "see: rsh-server --help")]
    [InlineData("", "a command is missing", "see: rsh-server --help")]
    [InlineData("run --lisen 7022", "there is no option '--lisen' for run; did you mean '--listen'?", "see: rsh-server run --help")]
    [InlineData("run more", "run does not take the argument 'more'", "usage: rsh-server run [OPTIONS]")]
    [InlineData("disconnect", "disconnect needs ID", "usage: rsh-server disconnect ID")]
    [InlineData("run --log-level debugg", "--log-level takes debug, information, warning or error, not 'debugg'; did you mean", "see:")]
    [InlineData("run --job-quota 1GB", "--job-quota: '1GB' is not a size; write bytes, or 64K, 16M, 1G or 2T", "see:")]
    [InlineData("run --job-quota 1K", "--job-quota must be at least 64K, not 1K", "see: rsh-server run --help")]
    [InlineData("run --stream-memory 4G", "--stream-memory must be at most 2147483647, not 4G", "see: rsh-server run --help")]
    [InlineData("run --listen 99999", "'99999' is neither a host nor a port; ports are 0 to 65535", "")]
    [InlineData("run --window-memory 1KB", "--window-memory: '1KB' is not a size; write bytes, or 64K, 16M, 1G or 2T", "see:")]
    [InlineData("run --listen 0x7f.1:0", "'0x7f.1' is not an IPv4 address", "")]
    [InlineData("run --idle-timeout 5x", "--idle-timeout: '5x' is not a duration", "see: rsh-server run --help")]
    public Task Server_names_the_wrong_word(string arguments, string message, string hint)
        => SaysAsync("rsh-server", arguments, message, hint);

    [Theory]
    [InlineData("rsh-client", "replay,", "FILE")]
    [InlineData("rsh-client", "get,127.0.0.1:/etc/hostname,", "LOCAL")]
    [InlineData("rsh-client", "shell,--record,,127.0.0.1", "--record")]
    [InlineData("rsh-server", "run,--shell,", "--shell")]
    [InlineData("rsh-server", "run,--record-dir,", "--record-dir")]
    [InlineData("rsh-server", "run,--motd,", "--motd")]
    [InlineData("rsh-server", "run,--port-file=", "--port-file")]
    public async Task Empty_file_name_is_a_wrong_command_line(string program, string arguments, string name)
    {
        await using var programs = new Programs();
        Output output = await programs.RunAsync(program, arguments.Split(','), "");
        Assert.Equal((2, ""), (output.Status, output.Text));
        Assert.StartsWith($"{program}: {name} is empty; write the name of a file or folder\nsee: ", output.Error);
    }

    [Theory]
    [InlineData("rsh-client", "help", "Run commands:")]
    [InlineData("rsh-client", "help help", "Run commands:")]
    [InlineData("rsh-client", "help run", "rsh-client run [OPTIONS] HOST COMMAND...")]
    [InlineData("rsh-client", "logs --help", "SIZE")]
    [InlineData("rsh-client", "help file mv", "rsh-client file mv [OPTIONS] HOST:PATH HOST:NEW")]
    [InlineData("rsh-client", "file --help", "mkdir")]
    [InlineData("rsh-server", "help", "authorize")]
    [InlineData("rsh-server", "help run", "--listen")]
    public async Task Help_is_a_command_too(string program, string arguments, string shown)
    {
        await using var programs = new Programs();
        Output output = await programs.RunAsync(program, arguments.Split(' '), "");
        Assert.Equal((0, ""), (output.Status, output.Error));
        Assert.Contains(shown, output.Text);
    }

    [Fact]
    public async Task Version_is_a_command_too()
    {
        await using var programs = new Programs();
        foreach (string program in new[] { "rsh-client", "rsh-server" })
        {
            Output word = await programs.RunAsync(program, ["version"], ""), option = await programs.RunAsync(program, ["--version"], "");
            Assert.Equal((0, option.Text, ""), (word.Status, word.Text, word.Error));
            Assert.NotEmpty(word.Text);
        }
    }

    [Fact]
    public async Task Run_takes_bundled_options_and_a_separator_before_the_command()
    {
        await using Programs programs = await Programs.StartAsync();
        Assert.Equal("in", (await programs.ClientWithInputAsync("in", "run", "-iq", programs.Host, "cat")).Text);
        Assert.Equal("a b\n", (await programs.ClientAsync("run", programs.Host, "--", "echo", "a", "b")).Text);
        Assert.Equal("a --\n", (await programs.ClientAsync("run", "--", programs.Host, "--", "echo", "a", "--")).Text);
        Assert.Equal("-x\n", (await programs.ClientAsync("run", "--env", "A=-x", programs.Host, "echo $A")).Text);
        Assert.Equal(0, (await programs.ClientAsync("ping", "-c1", programs.Host)).Status);
    }

    [Theory]
    [InlineData("0")]
    [InlineData(":0")]
    public async Task Listen_takes_a_port_alone_and_stays_on_loopback(string port)
    {
        await using var programs = new Programs();
        using System.Diagnostics.Process server = programs.Start(
            "rsh-server", "run", "--listen", port, "--job-quota", "1G", "--max-body", "64k", "--stream-memory", "1MiB");
        Assert.StartsWith("listening on 127.0.0.1:", await server.StandardOutput.ReadLineAsync().Within());
        Programs.Signal(server, "TERM");
        string rest = await server.StandardOutput.ReadToEndAsync().Within();
        Assert.All(rest.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("listening on [::1]:", line));
        await server.WaitForExitAsync().Within();
        Assert.Equal(0, server.ExitCode);
    }

    private static async Task SaysAsync(string program, string arguments, string message, string hint)
    {
        await using var programs = new Programs();
        Output output = await programs.RunAsync(program, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "");
        string[] lines = output.Error.Split('\n');
        Assert.Equal((2, ""), (output.Status, output.Text));
        Assert.Contains(message, lines[0]);
        Assert.StartsWith($"{program}: ", lines[0]);
        Assert.Contains(hint, lines[1]);
    }
}
