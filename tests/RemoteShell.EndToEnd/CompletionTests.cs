namespace RemoteShell.EndToEnd;

/// <summary>The completion of command lines, in real shells.</summary>
public sealed class CompletionTests : IAsyncLifetime
{
    private Programs _programs = null!;

    private string Config => Path.Combine(_programs.Home, "client", "config");

    private string Port => _programs.Host.Split(':')[1];

    public async ValueTask InitializeAsync()
    {
        _programs = await Programs.StartAsync("--stop-grace=100ms");
        await File.WriteAllTextAsync(
            Config, $"Host build builder.example *.no\n HostName 127.0.0.1\n Port {Port}\nHost !x far\nGroup web = a\n");
        Directory.CreateDirectory(Path.Combine(_programs.Home, "tree", "with space"));
        await File.WriteAllTextAsync(Path.Combine(_programs.Home, "tree", "wide"), "");
        await File.WriteAllTextAsync(Path.Combine(_programs.Home, "tree", "it's"), "");
    }

    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    [Theory]
    [InlineData("job", "jobs")]
    [InlineData("run --on-f", "--on-full")]
    [InlineData("run --on-full d", "drop-oldest")]
    [InlineData("run --on-full=d", "--on-full=drop-oldest")]
    [InlineData("run buil", "build builder.example")]
    [InlineData("run bob@f", "bob@far")]
    [InlineData("run @w", "@web")]
    [InlineData("run bob@@", "bob@@web")]
    [InlineData("put -r x @", "@web:")]
    [InlineData("hosts e", "expand")]
    [InlineData("run -J buil", "build builder.example")]
    [InlineData("run --jump=far,buil", "--jump=far,build --jump=far,builder.example")]
    [InlineData("completion ", "bash fish zsh")]
    [InlineData("manual rsh-s", "rsh-ssh")]
    [InlineData("replay -", "--speed --idle-limit")]
    [InlineData("hosts expand far buil", "build builder.example")]
    [InlineData("run -i --cwd / buil", "build builder.example")]
    [InlineData("run build --on", "")]
    [InlineData("file r", "rm")]
    [InlineData("put -r bu", "build: builder.example:")]
    [InlineData("nonsense x", "")]
    [InlineData("completion x y z", "")]
    public async Task Words_are_those_of_the_commands_and_of_the_configuration(string line, string expected)
    {
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), await CompleteAsync(line));
    }

    [Fact]
    public async Task Jobs_and_remote_paths_come_from_the_server()
    {
        string job = (await _programs.ClientAsync("run", "--detach", "build", "sleep 60")).Text.Trim();
        Assert.Equal([job], await CompleteAsync("kill build "));
        Assert.Equal([$"build:{_programs.Home}/tree/wide"], await CompleteAsync($"get build:{_programs.Home}/tree/wid"));
        string[] all = await CompleteAsync($"get build:{_programs.Home}/tree/");
        string tree = $"build:{_programs.Home}/tree";
        Assert.Equal([$"{tree}/it's", $"{tree}/wide", $"{tree}/with space/"], all);
        Assert.Equal(all[1..], await CompleteAsync($"get build:{_programs.Home}/tree/w"));
        await _programs.ClientAsync("kill", "build", job);
    }

    [Theory]
    [InlineData("build", true)]
    [InlineData("stranger", false)]
    [InlineData("jump", false)]
    [InlineData("program", false)]
    public async Task Agent_is_not_asked_for_a_completion(string host, bool isAnswered)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        using var folder = new TemporaryFolder();
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(folder);
        await using var relay = new AgentRelay(folder, agent.Socket);
        string file = SshKeygen.MakeKey(folder, "ed25519"), seen = folder["seen"];
        await agent.AddAsync(file);
        Assert.Equal(0, (await _programs.RunAsync("rsh-server", ["authorize", $"{file}.pub"], "")).Status);
        // The server knows the agent's key, and not the own one in this file.
        string other = Path.Combine(folder.Path, "other.pem");
        using (RemoteShell.Protocol.Transport.Identity.LoadOrCreate(other))
        {
        }

        await File.AppendAllTextAsync(
            Config,
            $"""
            Host stranger
             HostName 127.0.0.1
             Port {Port}
             IdentityFile {other}
            Host jump
             HostName 127.0.0.1
             Port {Port}
             ProxyJump signs
            Host signs
             HostName 127.0.0.1
             Port {Port}
             IdentityFile {file}
            Host program
             ProxyCommand echo x$SSH_AUTH_SOCK > {seen}

            """);
        Output output = await _programs.RunAsync(
            "rsh-client",
            ["complete", "zsh", "get", $"{host}:{_programs.Home}/tree/wid"],
            "",
            new Dictionary<string, string> { ["SSH_AUTH_SOCK"] = relay.Socket });
        Assert.Equal((0, isAnswered ? $"{host}:{_programs.Home}/tree/wide\n" : "", ""), (output.Status, output.Text, output.Error));
        Assert.Equal((0, 0), (relay.Lists, relay.Signatures));
        if (host == "program")
            Assert.Equal("x\n", await File.ReadAllTextAsync(seen));
    }

    [Fact]
    public async Task Old_settings_are_moved_by_the_next_command_which_says_so()
    {
        string old = Path.Combine(_programs.Home, "client", "config.json");
        await File.WriteAllTextAsync(old, """{ "hosts": { "build": { "encoding": "gbk" } } }""");
        await CompleteAsync("get build:/us");
        Assert.True(File.Exists(old));
        Output output = await _programs.ClientAsync("config", "build");
        Assert.Contains("moved the settings of", output.Error);
        Assert.Contains("Encoding gbk", output.Text);
        Assert.False(File.Exists(old));
    }

    [Fact]
    public async Task Server_that_does_not_answer_costs_two_seconds_and_nothing_is_said()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        Output output = await _programs.RunAsync("rsh-client", ["complete", "zsh", "get", $"{listener.LocalEndpoint}:/"], "");
        Assert.Equal((0, "", ""), (output.Status, output.Text, output.Error));
    }

    [Theory]
    [InlineData("bash", "bash --norc --noprofile -i")]
    [InlineData("zsh", "zsh -f -i")]
    [InlineData("fish", "fish --no-config -i")]
    public async Task Tab_completes_in_a_real_shell(string shell, string command)
    {
        Assert.SkipUnless(File.Exists($"/bin/{shell}") || File.Exists($"/usr/bin/{shell}"), $"needs {shell}, which is not installed");
        string script = Path.Combine(_programs.Home, "completion");
        await File.WriteAllTextAsync(script, (await _programs.ClientAsync("completion", shell)).Text);
        string setUp = shell == "zsh" ? $"autoload -U compinit; compinit -u -D; source {script}" : $"source {script}";
        await using TestTerminal terminal = _programs.ScriptOnTerminal(
            $"PATH=$(dirname $C):$PATH HOME={_programs.Home} PS1='ready> ' TERM=xterm exec {command}");
        await terminal.TypeAsync($"{setUp}; echo set u''p\r");
        await terminal.SeesAsync("set up");
        await terminal.TypeAsync("rsh-client compl\t");
        await terminal.SeesAsync("rsh-client completion");
        await terminal.TypeAsync("\u0015rsh-client run fa\t'echo' x\u0001echo typed: \r");
        await terminal.SeesAsync("typed: rsh-client run far echo x");
        await terminal.TypeAsync($"rsh-client get build:{_programs.Home}/tree/with\t\u0001echo typed: \r");
        await terminal.SeesAsync($"typed: rsh-client get build:{_programs.Home}/tree/with space/");
    }

    // By way of zsh, which takes whole words.
    private async Task<string[]> CompleteAsync(string line)
    {
        Output output = await _programs.RunAsync("rsh-client", ["complete", "zsh", .. line.Split(' ')], "");
        Assert.Equal((0, ""), (output.Status, output.Error));
        return [.. output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('\t')[0])];
    }
}
