using System.Collections.Concurrent;
using RemoteShell.Client;
using RemoteShell.Keys;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Fleet.Tests.Execution;

/// <summary>With which key a run comes to a host, and what it keeps of that.</summary>
public sealed class RunKeyTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestServer _server = new();
    private readonly ConcurrentQueue<string> _said = new();
    private SshAgentProcess _agent = null!;
    private AgentRelay _relay = null!;
    private string _key = "";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "needs ssh-keygen");
        _agent = await SshAgentProcess.StartAsync(_folder);
        _relay = new(_folder, _agent.Socket);
        string file = SshKeygen.MakeKey(_folder, "ed25519"), line = await File.ReadAllTextAsync($"{file}.pub");
        await _agent.AddAsync(file);
        Assert.True(_server.AuthorizedKeys.Add(line));
        _key = PublicKey.Parse(line).Fingerprint;
    }

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
            await _relay.DisposeAsync();
        if (_agent is not null)
            await _agent.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Many_hosts_ask_the_agent_for_its_keys_once()
    {
        RunTarget[] targets = [.. Enumerable.Range(0, 20).Select(i => new RunTarget($"h{i}", JobId.New()))];
        await using KeptRun run = NewRun(targets);
        using var stop = new RunStop();
        KeyRing ring = Ring(TimeSpan.FromSeconds(30));
        foreach (HostVerdict verdict in await Task.WhenAll(targets.Select(target => RunAsync(run, stop, target, ring))).Within())
            Assert.Equal(VerdictKind.Ok, verdict.Kind);
        KeptRun read = new RunStore(_folder["runs"]).Open(run.Record.Id);
        Assert.All(targets, target => Assert.Equal((_key, true), (read.KeyOf(target), read.MayHaveBegun(target))));
        Assert.Equal(1, _relay.Lists);
    }

    [Fact]
    public async Task Agent_that_lists_its_keys_late_delays_a_host_and_changes_no_key()
    {
        var answer = new TaskCompletionSource();
        _relay.MayList = answer.Task;
        RunTarget target = new("h", JobId.New());
        await using KeptRun run = NewRun(target);
        using var stop = new RunStop();
        Task<HostVerdict> running = RunAsync(run, stop, target, Ring(TimeSpan.FromSeconds(30)));
        // Longer than a client waits that calls one host.
        await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(3)));
        Assert.False(running.IsCompleted);
        answer.SetResult();
        Assert.Equal(VerdictKind.Ok, (await running.Within()).Kind);
        Assert.Equal(_key, run.KeyOf(target));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Agent_that_does_not_answer_is_said_before_a_host_gets_the_own_key()
    {
        _relay.MayList = new TaskCompletionSource().Task;
        RunTarget target = new("h", JobId.New());
        await using KeptRun run = NewRun(target);
        using var stop = new RunStop();
        Assert.Equal(VerdictKind.Ok, (await RunAsync(run, stop, target, Ring(TimeSpan.FromSeconds(1))).Within()).Kind);
        Assert.Equal(_server.Identity.PublicKey.Fingerprint, run.KeyOf(target));
        Assert.Contains("has not listed its keys", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Part_of_a_line_is_no_job_and_a_line_without_a_key_is_that_of_the_own_key()
    {
        RunTarget[] targets = [.. Enumerable.Range(0, 4).Select(i => new RunTarget($"h{i}", JobId.New()))];
        await using KeptRun run = NewRun(targets);
        string[] jobs = [.. targets.Select(target => target.Job)];
        await File.WriteAllTextAsync(
            Path.Combine(run.Folder, "begun"), $"\n{jobs[0]} {_key}\n\n{jobs[1]}\n\n{jobs[2]} {_key[..^1]}\n\n{jobs[3]}");
        KeptRun read = new RunStore(_folder["runs"]).Open(run.Record.Id);
        Assert.Equal([true, true, false, false], targets.Select(read.MayHaveBegun));
        Assert.Equal([_key, null, null, null], targets.Select(read.KeyOf));
    }

    private KeyRing Ring(TimeSpan listTime) => new(new ListedAgent(_relay.Socket))
    {
        ListTime = listTime,
        Patience = listTime + TimeSpan.FromSeconds(1),
        PassedOver = _said.Enqueue,
    };

    private Task<HostVerdict> RunAsync(KeptRun run, RunStop stop, RunTarget target, KeyRing ring)
    {
        ClientOptions options = _server.Options with { OtherKeys = ring, Authorization = AuthorizationCheck.OnFirstRequest };
        return new HostRunner(run, stop).RunAsync(target, new(options, RemoteCommand.Shell("true")), RunOrigin.New, new());
    }

    private KeptRun NewRun(params RunTarget[] targets) => new RunStore(_folder["runs"]).Create(
        new() { Id = JobId.New(), Started = DateTimeOffset.UtcNow, Words = [], Folder = "/", Targets = "h", Command = "" }, targets);
}
