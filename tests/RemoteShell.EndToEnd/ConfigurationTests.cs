using System.Text.Json;
using System.Text.RegularExpressions;

namespace RemoteShell.EndToEnd;

/// <summary>The configuration file of rsh-client, with a real server.</summary>
public sealed class ConfigurationTests : IAsyncLifetime
{
    // A program that carries bytes, and is on every machine.
    private const string Carrier =
        "bash -c 'exec 3<>/dev/tcp/%h/%p; cat <&3 & cat >&3; kill $!; echo carried by %n for %r >&2'";

    private Programs _programs = null!;

    private string File => Path.Combine(_programs.Home, "client", "config");

    private string Port => _programs.Host.Split(':')[1];

    public async ValueTask InitializeAsync() => _programs = await Programs.StartAsync("--stop-grace=100ms");

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Fact]
    public async Task Name_of_the_file_stands_for_address_port_and_options()
    {
        await WriteAsync(
            $"Host short\n HostName 127.0.0.1\n Port {Port}\n SetEnv A=1 \"B=two words\"\n Cwd /usr\n RequestTTY no\nHost *\n GiveUp 1s");
        Output output = await _programs.ClientAsync("run", "short", "echo $A-$B; pwd");
        Assert.Equal(("1-two words\n/usr\n", "", 0), (output.Text, output.Error, output.Status));
        output = await _programs.ClientAsync("run", "--env", "A=mine", "--cwd", "/", "short", "echo $A-$B; pwd");
        Assert.Equal("mine-two words\n/\n", output.Text);
        Assert.Equal("3", (await _programs.ClientAsync("calc", "short", "1+2")).Text.Trim());
        output = await _programs.ClientAsync("file", "ls", "--json", "short:/");
        Assert.Contains("\"usr\"", output.Text);
    }

    [Fact]
    public async Task Variables_and_folder_are_those_of_a_prompt_and_of_a_shell_too()
    {
        await WriteAsync($"Host short\n HostName 127.0.0.1\n Port {Port}\n SetEnv A=1 B=2\n Cwd /usr\n");
        Output output = await _programs.ClientWithInputAsync("echo $A-$B; pwd\n", "connect", "short");
        Assert.Equal(("1-2\n/usr\n", "", 0), (output.Text, output.Error, output.Status));
        output = await _programs.ClientWithInputAsync("echo $A-$B; pwd\n", "connect", "--env", "A=mine", "--cwd", "/", "short");
        Assert.Equal("mine-2\n/\n", output.Text);
        output = await _programs.ClientWithInputAsync("pwd\n", "connect", "--cwd", "/absent", "short");
        Assert.Equal((255, "", "rsh-client: the command could not be started: /absent: no such working directory\n"),
            (output.Status, output.Text, output.Error));
        await using (TestTerminal prompt = _programs.ScriptOnTerminal("exec \"$C\" connect --cwd /absent short"))
        {
            await prompt.SeesAsync("/absent: no such working directory");
            await prompt.SeesAsync("a new shell has started in ");
            await prompt.TypeAsync("echo still''here\r");
            await prompt.SeesAsync("stillhere");
        }

        await using TestTerminal terminal = _programs.ScriptOnTerminal("exec \"$C\" shell --env A=mine short 'echo $A-$B; pwd'");
        await terminal.SeesAsync("mine-2");
        await terminal.SeesAsync("/usr");
    }

    [Fact]
    public async Task Setting_that_does_not_go_together_with_the_command_line_does_not_count()
    {
        await WriteAsync(
            $"Host short\n HostName 127.0.0.1\n Port {Port}\n OnDisconnect kill\n RequestTTY yes\n Quiet yes\nHost *\n LocalForward 0 x:1");
        Output output = await _programs.ClientAsync("run", "--detach", "short", "true");
        Assert.Equal(("", 0), (output.Error, output.Status));
        // Without a terminal here, as with ssh.
        output = await _programs.ClientAsync("run", "short", "tty || echo none");
        Assert.Equal(("not a tty\nnone\n", 0), (output.Text, output.Status));
        Assert.Equal(0, (await _programs.ClientAsync("run", "--json", "short", "true")).Status);
        string source = Path.Combine(_programs.Home, "source");
        await System.IO.File.WriteAllTextAsync(source, "content", TestContext.Current.CancellationToken);
        output = await _programs.ClientAsync("put", "--verbose", source, $"short:{source}.copy");
        Assert.Contains("transferred source", output.Error);
        // Follow is about links, and --follow of logs is not.
        await WriteAsync("Follow yes\n");
        string job = (await _programs.ClientAsync("run", "--detach", _programs.Host, "echo begun; sleep 300")).Text.Trim();
        await Waiting.UntilAsync(
            async () => (await _programs.ClientAsync("logs", _programs.Host, job)).Text == "begun\n", "the output is there");
        await _programs.ClientAsync("kill", _programs.Host, job);
    }

    [Fact]
    public async Task Path_of_put_and_get_names_a_host_of_the_file()
    {
        await WriteAsync($"Host short\n HostName 127.0.0.1\n Port {Port}\n Verbose yes\n");
        string source = Path.Combine(_programs.Home, "source"), target = Path.Combine(_programs.Home, "target");
        await System.IO.File.WriteAllTextAsync(source, "content", TestContext.Current.CancellationToken);
        Output put = await _programs.ClientAsync("put", source, $"short:{target}");
        Assert.Equal(0, put.Status);
        Assert.Contains("target", put.Error);
        Output get = await _programs.ClientAsync("get", $"short:{target}", "-");
        Assert.Equal("content", get.Text);
    }

    [Fact]
    public async Task Proxy_command_carries_the_connection()
    {
        await WriteAsync($"Host far\n HostName 127.0.0.1\n Port {Port}\n User {Environment.UserName}\n ProxyCommand {Carrier}\n");
        Output output = await _programs.ClientAsync("run", "far", "seq 200000 | tail -1");
        Assert.Equal(("200000\n", 0), (output.Text, output.Status));
        Assert.Contains($"carried by far for {Environment.UserName}", output.Error);
        output = await _programs.ClientAsync("run", "--proxy-command", "none", "far", "echo directly");
        Assert.Equal(("directly\n", ""), (output.Text, output.Error));
    }

    [Theory]
    [InlineData("false", "rsh-client: the proxy command ended with status 1 before the server answered\nit is: false\n")]
    [InlineData("sh -c 'cat >/dev/null; exit 7'", "")]
    [InlineData("sh -c 'head -c 9 >/dev/null; echo what'", "closed the connection")]
    public async Task Proxy_command_that_fails_is_named(string command, string error)
    {
        // A program that reads to the end is ended by the time limit.
        Output output = await _programs.ClientAsync(
            "run", "--connect-timeout", "2s", "--proxy-command", command, _programs.Host, "true");
        Assert.Equal(255, output.Status);
        Assert.Contains(error, output.Error);
        Assert.StartsWith("rsh-client: ", output.Error);
    }

    [Fact]
    public async Task Identity_of_the_file_is_the_key_that_is_used()
    {
        string other = Path.Combine(_programs.Home, "other.pem");
        System.IO.File.Move(Path.Combine(_programs.Home, "client", "id_ecdsa.pem"), other);
        await WriteAsync($"IdentityFile {_programs.Home}/%h.pem\nHost x\n IdentityFile never\n");
        Output missing = await _programs.ClientAsync("run", _programs.Host, "true");
        Assert.Contains($"{File}:1: IdentityFile: there is no {_programs.Home}/127.0.0.1.pem", missing.Error);
        await WriteAsync($"IdentityFile {other}\n");
        Assert.Equal("ok\n", (await _programs.ClientAsync("run", _programs.Host, "echo ok")).Text);
        await WriteAsync("");
        Assert.Equal("ok\n", (await _programs.ClientAsync("run", "--identity", other, _programs.Host, "echo ok")).Text);
    }

    [Fact]
    public async Task Wrong_values_are_told_with_file_and_line()
    {
        foreach ((string text, string said) in new[]
        {
            ("\n\nNonsense 1", ":3: there is no key 'Nonsense'"), ("GiveUpp 1s", ":1: there is no key 'GiveUpp'; did you mean 'GiveUp'?"),
            ("GiveUp soon", ":1: GiveUp: 'soon' is not a duration"), ("Host x\n Timeout soon\nHost *\n Timeout 1x", ":4: --timeout: "),
            ("AcceptNew perhaps", ":1: AcceptNew takes yes or no, not 'perhaps'"), ("Port 1 2", ":1: Port takes one value"),
            ("Fingerprint abc", ":1: Fingerprint: 'abc' is not a fingerprint"), ("Digest md5", ":1: "),
            ("User \"x", ":1: a quote has no end"),
            ("Match nonsense", ":1: Match does not know 'nonsense'"),
            ($"Include {File}", ":1: files include each other more than 16 times"),
            ("ProxyCommand nc %z", ":1: ProxyCommand: %z is not a token here"),
        })
        {
            await WriteAsync(text + "\n");
            Output output = await _programs.ClientAsync("run", _programs.Host, "true");
            Assert.Equal((255, ""), (output.Status, output.Text));
            Assert.StartsWith($"rsh-client: {File}{said}", output.Error);
        }
    }

    [Fact]
    public async Task File_that_others_may_write_is_not_trusted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        await WriteAsync("User x\n");
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Output output = await _programs.ClientAsync("run", _programs.Host, "true");
        Assert.Equal(255, output.Status);
        Assert.Contains("can be written by others", output.Error);
    }

    [Fact]
    public async Task Config_prints_what_applies_and_where_it_comes_from()
    {
        await WriteAsync("Host a\n HostName %h.example\nHost *\n Port 99\n SetEnv \"A=x y\"\n ProxyCommand nc %h %p\n");
        Output output = await _programs.ClientAsync("config", "bob@a");
        string[] lines = [.. output.Text.Split('\n').Select(line => Regex.Replace(line, " +", " "))];
        Assert.Contains($"HostName a.example # {File}:2", lines);
        Assert.Contains($"Port 99 # {File}:4", lines);
        Assert.Contains("User bob # command line", lines);
        Assert.Contains("GiveUp 2m # default", lines);
        Assert.Contains($"SetEnv \"A=x y\" # {File}:5", lines);
        Assert.Contains($"ProxyCommand nc %h %p # {File}:6", lines);

        Output json = await _programs.ClientAsync("config", "--json", "a:7");
        using var port = JsonDocument.Parse(json.Text.Split('\n').First(line => line.Contains("\"Port\"", StringComparison.Ordinal)));
        Assert.Equal("7", port.RootElement.GetProperty("value").GetString());
        Assert.Equal("command line", port.RootElement.GetProperty("source").GetString());
        Assert.Contains("HostName a ", (await _programs.ClientAsync("config", "--config", "none", "a")).Text);
        Assert.Contains("there is no file /nope", (await _programs.ClientAsync("config", "-F", "/nope", "a")).Error);
    }

    [Fact]
    public async Task Hosts_prints_what_sets_and_groups_of_the_file_mean()
    {
        await WriteAsync("""
            Host *
             Port 99
            Group web = web[1-3]
            GroupCommand db = echo db1; echo db2
            GroupCommand no = echo why >&2; exit 7

            """);
        Output output = await _programs.ClientAsync("hosts", "expand", "root@@web!web2", "@db:7022");
        Assert.Equal(("db1:7022\ndb2:7022\nroot@web1\nroot@web3\n", "", 0), (output.Text, output.Error, output.Status));
        output = await _programs.ClientWithInputAsync("web[1-3] # web\nweb4\n", "hosts", "fold", "-", "@db");
        Assert.Equal("db[1-2],web[1-4]\n", output.Text);
        Assert.Equal("100000\n", (await _programs.ClientAsync("hosts", "count", "a[1-1000]b[0-99]")).Text);

        output = await _programs.ClientAsync("hosts", "expand", "@no");
        Assert.Equal(("", 1), (output.Text, output.Status));
        Assert.Contains($"{File}:5: the command of the group 'no' exited with 7: why", output.Error);
        output = await _programs.ClientAsync("hosts", "expand", "a[1-");
        Assert.Equal(("", 2), (output.Text, output.Status));
        Assert.Contains("there is no group 'web'", (await _programs.ClientAsync("hosts", "count", "--config", "none", "@web")).Error);
    }

    private async Task WriteAsync(string text)
    {
        await System.IO.File.WriteAllTextAsync(File, text, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
