using System.Diagnostics;

namespace RemoteShell.EndToEnd;

/// <summary>Invitations, and the keys of ssh that people have, with the programs.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Programs _programs = new();

    public async ValueTask InitializeAsync() => await _programs.StartServerAsync();

    public async ValueTask DisposeAsync()
    {
        await _programs.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Two_commands_lead_from_nothing_to_a_first_remote_command()
    {
        Output invited = await _programs.RunAsync("rsh-server", ["invite", "--name", "anna", "--host", _programs.Host], "");
        Assert.Equal(0, invited.Status);
        string[] join = invited.Text.Trim().Split(' ');
        Assert.Equal(["rsh-client", "join"], join[..2]);
        Output joined = await _programs.ClientAsync(join[1..]);
        Assert.Equal((0, ""), (joined.Status, joined.Text));
        Assert.Contains($"joined {_programs.Host}", joined.Error, StringComparison.Ordinal);
        Assert.Equal("done\n", (await _programs.ClientAsync("run", _programs.Host, "echo done")).Text);
        Assert.Contains("anna", (await _programs.ClientAsync("who", _programs.Host)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server.example")]
    [InlineData("#AAAA")]
    [InlineData("server.example#AAAA")]
    [InlineData("server.example#")]
    public async Task Invitation_that_is_not_whole_is_a_usage_error(string line)
    {
        Output output = await _programs.ClientAsync("join", line);
        Assert.Equal((2, ""), (output.Status, output.Text));
        Assert.Contains("rsh-server invite", output.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("key.pub")]
    [InlineData("configuration")]
    public async Task Key_of_ssh_is_taken_from_a_file_or_from_the_agent(string source)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        await AuthorizeAsync(file);
        await agent.AddAsync(file);
        string given = source == "key.pub" ? $"{file}.pub" : file;
        if (source == "key.pub")
            File.Delete(file);
        string configuration = _folder["config"];
        await File.WriteAllTextAsync(configuration, source == "configuration" ? $"IdentityFile {file}\n" : "");
        string[] options = source == "configuration" ? [] : ["--identity", given];
        Output output = await _programs.RunAsync(
            "rsh-client",
            ["run", "--config", configuration, "--accept-new", .. options, _programs.Host, "echo done"],
            "",
            new Dictionary<string, string> { ["SSH_AUTH_SOCK"] = agent.Socket });
        Assert.Equal((0, "done\n"), (output.Status, output.Text));
    }

    [Fact]
    public async Task Key_of_the_agent_is_used_without_an_option()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        string file = SshKeygen.MakeKey(_folder, "rsa", 3072);
        await AuthorizeAsync(file);
        string[] command = ["run", "--accept-new", _programs.Host, "cat"];
        Dictionary<string, string> environment = new() { ["SSH_AUTH_SOCK"] = agent.Socket };
        Output refused = await _programs.RunAsync("rsh-client", command, "input", environment);
        Assert.Equal((255, ""), (refused.Status, refused.Text));
        Assert.Contains("rsh-server authorize 'ecdsa-sha2-nistp256", refused.Error, StringComparison.Ordinal);
        await agent.AddAsync(file);
        Output output = await _programs.RunAsync("rsh-client", ["run", "-i", .. command[1..]], "input", environment);
        Assert.Equal((0, "input"), (output.Status, output.Text));
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("file")]
    public async Task Persist_with_a_key_of_ssh_says_that_no_connection_is_kept_and_works(string source)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        await AuthorizeAsync(file);
        await agent.AddAsync(file);
        Dictionary<string, string> environment = new() { ["SSH_AUTH_SOCK"] = source == "agent" ? agent.Socket : "" };
        string[] key = source == "agent" ? [] : ["--identity", file];
        for (int i = 0; i < 2; i++)
        {
            string[] words = ["run", "--accept-new", "--persist=1m", .. key, _programs.Host, "echo done"];
            Output output = await _programs.RunAsync("rsh-client", words, "", environment);
            Assert.Equal((0, "done\n"), (output.Status, output.Text));
            Assert.Contains("--persist keeps no connection", output.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(Path.Combine(_programs.Home, "client", "shared")));
        string configuration = _folder["config"];
        await File.WriteAllTextAsync(configuration, "Persist 1m\n", TestContext.Current.CancellationToken);
        Output quiet = await _programs.RunAsync(
            "rsh-client", ["run", "--config", configuration, .. key, _programs.Host, "echo done"], "", environment);
        Assert.Equal((0, "done\n", ""), (quiet.Status, quiet.Text, quiet.Error));
    }

    [Fact]
    public async Task Request_for_a_touch_is_shown_while_the_key_waits_for_it()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        string file = SshKeygen.MakeKey(_folder, "ed25519"), touched = _folder["touched"], bin = _folder["bin"];
        await AuthorizeAsync(file);
        // As ssh-keygen with a key of an authenticator, whose name holds an escape sequence.
        Directory.CreateDirectory(bin);
        string script = Path.Combine(bin, "ssh-keygen"), path = Environment.GetEnvironmentVariable("PATH")!;
        await File.WriteAllTextAsync(
            script,
            $"""
            #!/bin/sh
            printf 'Confirm user presence for key ED25519-SK \033[31mSHA256:abc\n' >&2
            while [ ! -e '{touched}' ]; do sleep 0.1; done
            PATH='{path}' exec ssh-keygen "$@"

            """,
            TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, (UnixFileMode)0x1C0);
        using Process client = _programs.StartIn(
            new Dictionary<string, string> { ["SSH_AUTH_SOCK"] = "", ["PATH"] = $"{bin}:{path}" },
            "rsh-client",
            ["run", "--accept-new", "--identity", file, _programs.Host, "echo done"]);
        string? shown = null;
        while (shown?.Contains("Confirm", StringComparison.Ordinal) != true)
        {
            shown = await client.StandardError.ReadLineAsync(TestContext.Current.CancellationToken).Within();
            Assert.NotNull(shown);
        }

        Assert.StartsWith("rsh-client: Confirm user presence for key ED25519-SK ", shown);
        Assert.DoesNotContain("\u001b", shown, StringComparison.Ordinal);
        Assert.False(client.HasExited);
        await File.WriteAllTextAsync(touched, "", TestContext.Current.CancellationToken);
        Assert.Equal("done\n", await client.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).Within());
        await client.WaitForExitAsync(TestContext.Current.CancellationToken).Within();
        Assert.Equal(0, client.ExitCode);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("--identity")]
    [InlineData("h[1-2]")]
    [InlineData("--quiet")]
    [InlineData("without a terminal")]
    public async Task Agent_that_takes_long_to_sign_is_named_once_on_a_terminal(string kind)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync(_folder);
        await using var relay = new AgentRelay(_folder, agent.Socket);
        var touched = new TaskCompletionSource();
        relay.MaySign = touched.Task;
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        await AuthorizeAsync(file);
        await agent.AddAsync(file);
        string[] address = _programs.Host.Split(':');
        string configuration = _folder["config"];
        await File.WriteAllTextAsync(
            configuration, $"Host h1 h2\nHostName {address[0]}\nPort {address[1]}\n", TestContext.Current.CancellationToken);
        string[] options = kind switch
        {
            "--identity" => ["--identity", file],
            "--quiet" => ["--quiet"],
            _ => [],
        };
        string host = kind == "h[1-2]" ? kind : "h1";
        string[] words = ["run", "--config", configuration, "--accept-new", .. options, host, "echo do''ne"];
        Dictionary<string, string> environment = new() { ["SSH_AUTH_SOCK"] = relay.Socket };
        string note = $"waiting for the agent at {relay.Socket} to sign with made for a test";
        if (kind == "without a terminal")
        {
            Task<Output> running = _programs.RunAsync("rsh-client", words, "", environment);
            await LateAsync();
            Output output = await running;
            Assert.Equal((0, "done\n"), (output.Status, output.Text));
            Assert.DoesNotContain("waiting", output.Error, StringComparison.Ordinal);
            return;
        }

        await using TestTerminal terminal = _programs.OnTerminal(environment, 200, 24, words);
        if (kind == "--quiet")
            await LateAsync();
        else
            await terminal.SeesAsync(note);
        touched.TrySetResult();
        await terminal.SeesAsync("done");
        Assert.Equal(0, await terminal.EndAsync());
        int times = System.Text.Encoding.UTF8.GetString(terminal.Shown).Split("waiting for the agent").Length - 1;
        Assert.Equal(kind == "--quiet" ? 0 : 1, times);

        // The note comes after a second.
        async Task LateAsync()
        {
            await Waiting.Until(() => relay.Signatures > 0, "the agent was asked to sign");
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            touched.SetResult();
        }
    }

    [Fact]
    public async Task Key_with_a_passphrase_that_nobody_can_type_gives_its_error_and_hint()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        string file = _folder["locked"];
        SshKeygen.Run("-q", "-t", "ed25519", "-N", "secret", "-f", file);
        await AuthorizeAsync(file);
        Output output = await _programs.RunAsync(
            "rsh-client",
            ["run", "--accept-new", "--identity", file, _programs.Host, "true"],
            "",
            new Dictionary<string, string> { ["SSH_AUTH_SOCK"] = "", ["SSH_ASKPASS_REQUIRE"] = "force", ["SSH_ASKPASS"] = "/bin/false" });
        Assert.Equal(255, output.Status);
        Assert.Contains($"{file} cannot sign: ", output.Error, StringComparison.Ordinal);
        Assert.Contains("ssh-add", output.Error, StringComparison.Ordinal);
    }

    private async Task AuthorizeAsync(string file)
    {
        Output output = await _programs.RunAsync("rsh-server", ["authorize", $"{file}.pub"], "");
        Assert.Equal(0, output.Status);
        Assert.Contains("authorized SHA256:", output.Error, StringComparison.Ordinal);
    }
}
