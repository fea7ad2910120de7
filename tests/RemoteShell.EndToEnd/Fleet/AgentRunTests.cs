using System.Diagnostics;
using RemoteShell.Fleet;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.EndToEnd.Fleet;

/// <summary>Runs whose hosts know different keys: a job belongs to one key, and no other one starts it again.</summary>
public sealed class AgentRunTests : IAsyncLifetime
{
    private static readonly string[] Options = ["--penalty-exempt", "127.0.0.0/8"];

    private readonly TemporaryFolder _folder = new();
    private readonly Programs _programs = new();
    private readonly List<Process> _servers = [];
    private SshAgentProcess _agent = null!;
    private string _key = "";

    private RunStore Store => new(Path.Combine(_programs.Home, "client", "runs"));

    // The host h1 knows this client's own key, h2 that of the agent, and h3 both.
    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        Directory.CreateDirectory(_folder["side"]);
        _agent = await SshAgentProcess.StartAsync(_folder);
        string file = SshKeygen.MakeKey(_folder, "ed25519");
        await _agent.AddAsync(file);
        _key = PublicKey.Parse(await File.ReadAllTextAsync($"{file}.pub")).Fingerprint;
        await _programs.CreateKeysAsync();
        string own = (await _programs.ClientAsync("pubkey")).Text, other = await File.ReadAllTextAsync($"{file}.pub");
        await StartServerAsync("h1", own);
        await StartServerAsync("h2", other);
        await StartServerAsync("h3", $"{own}{other}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process server in _servers)
        {
            server.Kill();
            await server.WaitForExitAsync().Within();
            server.Dispose();
        }

        if (_agent is not null)
            await _agent.DisposeAsync();
        await _programs.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_host_gets_the_first_key_that_it_knows()
    {
        Output output = await RunAsync(_agent.Socket, "run", "--accept-new", "h[1-3]", "echo out");
        Assert.True(output.Status == 0, output.Error);
        KeptRun run = Store.List()[0];
        Assert.Equal([await OwnAsync(), _key, _key], run.Targets.Select(run.KeyOf));
        // The jobs of the agent's key are listed with it only.
        string[] words = ["jobs", "--accept-new", "--all", "h[1-3]"];
        string job = (await RunAsync(_agent.Socket, "run", "--detach", "h2", "true")).Text.Trim();
        Assert.Contains(job, (await RunAsync(_agent.Socket, words)).Text);
        Assert.DoesNotContain(job, (await RunAsync("", words)).Text);
    }

    [Fact]
    public async Task Killed_client_is_followed_by_one_that_the_servers_know_without_the_agent()
    {
        string id = await KillAsync();
        await File.WriteAllTextAsync(_folder["go"], "");
        Output output = await RunAsync("", "runs", "resume", id);
        Assert.True(output.Status == 0, output.Error);
        Assert.Equal("h1: out\nh2: out\nh3: out\n", Sorted(output.Text));
        AssertOnce();
    }

    [Fact]
    public async Task Key_that_is_not_there_leaves_its_jobs_to_a_client_that_has_it()
    {
        string id = await KillAsync(), own = Path.Combine(_programs.Home, "client", "id_ecdsa.pem"), fingerprint = await OwnAsync();
        await File.WriteAllTextAsync(_folder["go"], "");
        // As on another machine: no server knows the agent's key behind this one.
        File.Move(own, $"{own}.old");
        Assert.Equal(0, (await _programs.ClientAsync("keygen")).Status);
        Output without = await RunAsync("", "runs", "resume", id);
        Assert.Equal((255, ""), (without.Status, without.Text));
        KeptRun run = Store.Open(id);
        Assert.All(run.Verdicts, verdict => Assert.Equal(VerdictKind.Lost, verdict.Kind));
        Assert.Contains(fingerprint, run.Verdicts[0].Reason);
        string reason = $"the key {_key} is needed, and there is no ssh-agent";
        Assert.All(run.Verdicts.Skip(1), verdict => Assert.Contains(reason, verdict.Reason));
        Assert.All(run.Verdicts, verdict => Assert.Contains("ssh-add", verdict.Hint));

        Output with = await RunAsync(_agent.Socket, "runs", "resume", id);
        Assert.Equal((255, "h2: out\nh3: out\n"), (with.Status, Sorted(with.Text)));
        Assert.Equal([VerdictKind.Lost, VerdictKind.Ok, VerdictKind.Ok], Store.Open(id).Verdicts.Select(verdict => verdict.Kind));
        File.Move($"{own}.old", own, overwrite: true);
        Output last = await RunAsync("", "runs", "resume", id);
        Assert.True(last.Status == 0, last.Error);
        Assert.Equal("h1: out\n", last.Text);
        AssertOnce();
    }

    [Fact]
    public async Task Jobs_of_a_killed_client_are_ended_under_their_keys()
    {
        string id = await KillAsync();
        Output output = await RunAsync("", "runs", "kill", id);
        Assert.True(output.Status == 143, output.Error);
        Assert.All(Store.Open(id).Verdicts, verdict => Assert.Equal(VerdictKind.Killed, verdict.Kind));
        AssertOnce();
    }

    [Fact]
    public async Task Run_of_an_earlier_version_goes_on_with_the_own_key()
    {
        string id = await KillAsync();
        string begun = Path.Combine(_programs.Home, "client", "runs", id, "begun");
        string[] lines = await File.ReadAllLinesAsync(begun);
        await File.WriteAllLinesAsync(begun, lines.Select(line => line.Split(' ')[0]));
        await File.WriteAllTextAsync(_folder["go"], "");
        Output output = await RunAsync(_agent.Socket, "runs", "resume", id);
        Assert.Contains("h1: out\n", output.Text);
        // An earlier version could not have begun here.
        Assert.Equal(VerdictKind.Lost, Store.Open(id).Verdicts[1].Kind);
        Assert.Single(File.ReadAllLines(_folder["side/" + Port("h2")]));
    }

    // Kills a client whose commands run on all hosts, and returns the id of its run. The commands end when there is a file "go".
    private async Task<string> KillAsync()
    {
        string side = _folder["side"], go = _folder["go"];
        string command = $"echo x >> {side}/$(echo $SSH_CONNECTION | cut -d' ' -f4); while ! [ -e {go} ]; do sleep 0.05; done; echo out";
        using Process client = _programs.StartIn(
            new Dictionary<string, string> { ["SSH_AUTH_SOCK"] = _agent.Socket },
            "rsh-client",
            ["run", "--accept-new", "h[1-3]", command]);
        _ = client.StandardError.BaseStream.CopyToAsync(Stream.Null);
        await Waiting.Until(() => Directory.GetFiles(side).Length == 3, "all commands run");
        await FleetServer.KillAsync(client);
        return Store.List()[0].Record.Id;
    }

    private void AssertOnce()
    {
        string[] files = Directory.GetFiles(_folder["side"]);
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.Equal("x\n", File.ReadAllText(file)));
    }

    private static string Sorted(string text)
        => string.Concat(text.Split('\n')[..^1].Order(StringComparer.Ordinal).Select(line => $"{line}\n"));

    private Task<Output> RunAsync(string agent, params string[] words)
        => _programs.RunAsync("rsh-client", words, "", new Dictionary<string, string> { ["SSH_AUTH_SOCK"] = agent });

    private async Task<string> OwnAsync() => PublicKey.Parse((await _programs.ClientAsync("pubkey")).Text).Fingerprint;

    private string Port(string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(_programs.Home, "client", "config"));
        string line = lines.SkipWhile(one => one != $"Host {name}").First(one => one.StartsWith("Port ", StringComparison.Ordinal));
        return line.Split(' ')[1];
    }

    private async Task StartServerAsync(string name, string authorized)
    {
        string home = _folder[name], port = $"{FreePort.Take()}";
        Directory.CreateDirectory(Path.Combine(home, "server"));
        await File.WriteAllTextAsync(Path.Combine(home, "server", "authorized_keys"), authorized);
        Process server = _programs.StartIn(
            new Dictionary<string, string> { ["RSH_HOME"] = home }, "rsh-server", ["run", "--listen", $"127.0.0.1:{port}", .. Options]);
        _servers.Add(server);
        Assert.Equal($"listening on 127.0.0.1:{port}", await server.StandardOutput.ReadLineAsync().Within());
        _ = server.StandardError.BaseStream.CopyToAsync(Stream.Null);
        string[] lines = [$"Host {name}", "HostName 127.0.0.1", $"Port {port}"];
        await File.AppendAllLinesAsync(Path.Combine(_programs.Home, "client", "config"), lines);
    }
}
