using System.Net;
using System.Net.Sockets;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Fleet.Tests.Execution;

/// <summary>Each way in which a host can end has a verdict of its own, on a real server.</summary>
public sealed class HostRunnerTests : IAsyncDisposable
{
    private readonly TestServer _server = new(options => options with { KillGrace = TimeSpan.FromMilliseconds(200) });
    private readonly TemporaryFolder _folder = new();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("true", VerdictKind.Ok, 0, "ok")]
    [InlineData("exit 7", VerdictKind.Failed, 7, "failed 7")]
    [InlineData("exit 255", VerdictKind.Failed, 255, "failed 255")]
    [InlineData("sleep 0.1; kill -KILL $$", VerdictKind.Signaled, 137, "signaled KILL")]
    public async Task Command_that_ends_by_itself(string command, VerdictKind kind, int status, string text)
    {
        HostVerdict verdict = await RunAsync(RemoteCommand.Shell(command));
        Assert.Equal((kind, status, text), (verdict.Kind, verdict.ExitStatus, verdict.Text));
        Assert.True(verdict.Connecting > TimeSpan.Zero);
        Assert.Equal(2, verdict.Streams.Count);
    }

    [Fact]
    public async Task Command_that_reaches_its_timeout()
    {
        HostVerdict verdict = await RunAsync(RemoteCommand.Shell("echo out; sleep 300").WithTimeout(TimeSpan.FromMilliseconds(100)));
        Assert.Equal((VerdictKind.TimedOut, 124), (verdict.Kind, verdict.ExitStatus));
    }

    [Fact]
    public async Task Command_that_cannot_start()
    {
        HostVerdict verdict = await RunAsync(RemoteCommand.Exact("no-such-program-here"));
        Assert.Equal((VerdictKind.NotStarted, 127), (verdict.Kind, verdict.ExitStatus));
        Assert.NotNull(verdict.Reason);
    }

    [Fact]
    public async Task Command_that_the_server_refuses()
    {
        HostVerdict verdict = await RunAsync(RemoteCommand.Shell("true") with { Encoding = "no-such-encoding" });
        Assert.Equal((VerdictKind.Refused, "refused bad-request"), (verdict.Kind, verdict.Text));
    }

    [Fact]
    public async Task Host_where_nothing_listens()
    {
        ClientOptions options = _server.Options with
        {
            Host = new("127.0.0.1", FreePort.Take()),
            ConnectTimeout = TimeSpan.FromMilliseconds(300),
        };
        Assert.Equal(VerdictKind.Unreachable, (await RunAsync(RemoteCommand.Shell("true"), options)).Kind);
    }

    [Fact]
    public async Task Host_that_accepts_and_says_nothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        ClientOptions options = _server.Options with
        {
            Host = new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port),
            ConnectTimeout = TimeSpan.FromMilliseconds(300),
        };
        HostVerdict verdict = await RunAsync(RemoteCommand.Shell("true"), options);
        Assert.Equal((VerdictKind.Unreachable, 255), (verdict.Kind, verdict.ExitStatus));
    }

    [Theory]
    [InlineData(AuthorizationCheck.OnConnect)]
    [InlineData(AuthorizationCheck.OnFirstRequest)]
    public async Task Host_that_does_not_know_the_key(AuthorizationCheck check)
    {
        ClientOptions options = _server.ClientOptions("stranger") with { Authorization = check };
        Assert.Equal(VerdictKind.Unauthorized, (await RunAsync(RemoteCommand.Shell("true"), options)).Kind);
    }

    [Fact]
    public async Task Host_whose_key_is_not_known_or_has_changed()
    {
        ClientOptions unknown = _server.Options with { Trust = new(), KnownHostsFile = _folder["none"] };
        Assert.Equal(VerdictKind.HostKey, (await RunAsync(RemoteCommand.Shell("true"), unknown)).Kind);
        ClientOptions changed = _server.Options with { Trust = new() { Fingerprint = $"SHA256:{new string('A', 43)}" } };
        Assert.Equal(VerdictKind.HostKey, (await RunAsync(RemoteCommand.Shell("true"), changed)).Kind);
    }

    [Fact]
    public async Task Command_that_its_owner_kills()
    {
        RunTarget target = NewTarget();
        await using KeptRun run = NewRun(target);
        using var stop = new RunStop();
        Task<HostVerdict> running = RunAsync(run, stop, target, RemoteCommand.Shell("sleep 300"), _server.Options);
        await using RemoteShellClient other = await _server.ConnectAsync();
        await KillAsync(other, target.Job);
        HostVerdict verdict = await running.Within();
        Assert.Equal((VerdictKind.Killed, 143), (verdict.Kind, verdict.ExitStatus));
        Assert.Contains("owner", verdict.Reason);
    }

    [Fact]
    public async Task Command_whose_key_is_revoked_while_it_runs_is_lost_since_it_was_begun()
    {
        RunTarget target = NewTarget();
        await using KeptRun run = NewRun(target);
        using var stop = new RunStop();
        string mark = _folder["started"];
        Task<HostVerdict> running = RunAsync(
            run, stop, target, RemoteCommand.Shell($"echo x > {mark}; exec sleep 300"), _server.Options);
        await Waiting.Until(() => File.Exists(mark), "the command runs");
        await File.WriteAllTextAsync(_server.AuthorizedKeys.Path, "# nobody\n", TestContext.Current.CancellationToken);
        HostVerdict verdict = await running.Within();
        Assert.Equal((VerdictKind.Lost, target.Job), (verdict.Kind, verdict.Job));
        Assert.Contains("is not authorized any more", verdict.Reason);
    }

    [Theory]
    [InlineData(StopCause.Deadline, VerdictKind.TimedOut, 124, "deadline")]
    [InlineData(StopCause.User, VerdictKind.Killed, 130, "interrupted")]
    [InlineData(StopCause.Fault, VerdictKind.Killed, 130, "failed")]
    public async Task Command_that_still_runs_when_the_run_ends_early_is_ended(
        StopCause cause, VerdictKind kind, int status, string reason)
    {
        RunTarget target = NewTarget();
        await using KeptRun run = NewRun(target);
        using var stop = new RunStop();
        string mark = _folder["started"];
        Task<HostVerdict> running = RunAsync(
            run, stop, target, RemoteCommand.Shell($"echo x > {mark}; exec sleep 300"), _server.Options);
        await Waiting.Until(() => File.Exists(mark), "the command runs");
        stop.Now(cause);
        HostVerdict verdict = await running.Within();
        Assert.Equal((kind, status, target.Job), (verdict.Kind, verdict.ExitStatus, verdict.Job));
        Assert.Contains(reason, verdict.Reason);
        await using RemoteShellClient other = await _server.ConnectAsync();
        CommandResult result = await other.WaitAsync(target.Job).Within();
        Assert.Equal(CommandOutcome.Killed, result.Outcome);
    }

    [Fact]
    public async Task Output_is_kept_and_the_server_drops_what_is_on_the_disk()
    {
        RunTarget target = NewTarget();
        await using KeptRun run = NewRun(target);
        using var stop = new RunStop();
        RemoteCommand command = RemoteCommand.Shell("head -c 3000000 /dev/zero; echo err >&2").WithDigest(DigestAlgorithm.Sha256);
        HostVerdict verdict = await RunAsync(run, stop, target, command, _server.Options).Within();
        Assert.Equal(VerdictKind.Ok, verdict.Kind);
        await using Stream output = run.OpenOutput(target.Host, OutputStream.StandardOutput);
        Assert.Equal(3_000_000, output.Length);
        await using RemoteShellClient other = await _server.ConnectAsync();
        Assert.Empty(await other.ListJobsAsync());
    }

    [Fact]
    public async Task Disk_that_is_full_leaves_the_command_running_and_another_client_collects_it()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        RunTarget target = NewTarget();
        RunRecord record;
        string mark = _folder["times"];
        RemoteCommand command = RemoteCommand.Shell($"echo once >> {mark}; echo out; sleep 0.2; echo end")
            .WithDisconnectPolicy(DisconnectPolicy.KeepFor(TimeSpan.FromHours(1)));
        await using (KeptRun run = NewRun(target))
        {
            record = run.Record;
            using var stop = new RunStop();
            File.CreateSymbolicLink(Path.Combine(run.Folder, "0.out"), "/dev/full");
            HostVerdict verdict = await RunAsync(run, stop, target, command, _server.Options).Within();
            Assert.Equal((VerdictKind.Unverified, target.Job), (verdict.Kind, verdict.Job));
            File.Delete(Path.Combine(run.Folder, "0.out"));
        }

        await using KeptRun again = new RunStore(_folder["runs"]).Take(record.Id);
        Assert.Equal([target], again.Resumable);
        using var stopAgain = new RunStop();
        HostVerdict collected = await new HostRunner(again, stopAgain)
            .RunAsync(target, new(_server.Options, command), RunOrigin.Resumed, new()).Within();
        Assert.Equal(VerdictKind.Ok, collected.Kind);
        Assert.Equal("out\nend\n", await ReadAsync(again, target));
        Assert.Equal("once\n", await File.ReadAllTextAsync(mark));
    }

    [Fact]
    public async Task Host_that_a_killed_client_began_is_collected_once_and_one_that_it_did_not_begin_starts()
    {
        RunTarget begun = NewTarget(), unbegun = new("other", JobId.New());
        string times = _folder["times"];
        RemoteCommand command = RemoteCommand.Shell($"echo $RSH_JOB >> {times}; echo out");
        await using (RemoteShellClient dead = await _server.ConnectAsync())
        {
            RemoteJob job = await dead.StartAsync(command.WithJobId(begun.Job).WithAcknowledgement(Acknowledgement.ByCaller), new());
            await job.Completion.Within();
        }

        // Not before: the server remembers no longer than it runs, less the time that a connection may take.
        await using KeptRun run = NewRun(begun, unbegun);
        using var stop = new RunStop();
        foreach (RunTarget target in (RunTarget[])[begun, unbegun])
        {
            HostVerdict verdict = await new HostRunner(run, stop)
                .RunAsync(target, new(_server.Options, command), RunOrigin.Resumed, new()).Within();
            Assert.Equal(VerdictKind.Ok, verdict.Kind);
            Assert.Equal("out\n", await ReadAsync(run, target));
        }

        Assert.Equal([begun.Job, unbegun.Job], await File.ReadAllLinesAsync(times));
    }

    [Fact]
    public async Task Run_that_is_killed_ends_jobs_that_run_and_starts_nothing()
    {
        RunTarget begun = NewTarget(), unbegun = new("other", JobId.New());
        await using KeptRun run = NewRun(begun, unbegun);
        string mark = _folder["started"];
        RemoteCommand command = RemoteCommand.Shell($"echo out; echo x > {mark}; exec sleep 300")
            .WithDisconnectPolicy(DisconnectPolicy.KeepFor(TimeSpan.FromHours(1)));
        await using (RemoteShellClient dead = await _server.ConnectAsync())
        {
            RemoteJob job = await dead.StartAsync(command.WithJobId(begun.Job).WithAcknowledgement(Acknowledgement.ByCaller), new());
            await Waiting.Until(() => File.Exists(mark), "the command runs");
            job.LeaveRunning();
            await job.DisposeAsync();
        }

        using var stop = new RunStop();
        HostVerdict killed = await new HostRunner(run, stop).KillAsync(begun, new(_server.Options, command)).Within();
        Assert.Equal((VerdictKind.Killed, "out\n"), (killed.Kind, await ReadAsync(run, begun)));
        HostVerdict skipped = await new HostRunner(run, stop).KillAsync(unbegun, new(_server.Options, command)).Within();
        Assert.Equal(VerdictKind.Skipped, skipped.Kind);
        await using RemoteShellClient other = await _server.ConnectAsync();
        Assert.Empty(await other.ListJobsAsync());
    }

    [Fact]
    public async Task Host_that_an_earlier_client_asked_is_lost_while_it_cannot_be_asked_again()
    {
        RunTarget begun = NewTarget(), unbegun = new("other", JobId.New());
        await using KeptRun run = NewRun(begun, unbegun);
        run.Begin(begun);
        ClientOptions nothing = _server.Options with { Host = new("127.0.0.1", FreePort.Take()), ConnectTimeout = TimeSpan.FromSeconds(5) };
        ClientOptions[] all =
        [
            nothing,
            _server.ClientOptions("stranger"),
            _server.Options with { Trust = new() { Fingerprint = $"SHA256:{new string('A', 43)}" } },
        ];
        foreach (ClientOptions options in all)
        {
            using var stop = new RunStop();
            var runner = new HostRunner(run, stop);
            HostCommand what = new(options, RemoteCommand.Shell("true"));
            foreach (HostVerdict verdict in (HostVerdict[])
                [await runner.RunAsync(begun, what, RunOrigin.Resumed, new()).Within(), await runner.KillAsync(begun, what).Within()])
            {
                Assert.Equal((VerdictKind.Lost, begun.Job), (verdict.Kind, verdict.Job));
                Assert.NotNull(verdict.Reason);
            }
        }

        using var stopped = new RunStop();
        stopped.Now(StopCause.User);
        HostCommand command = new(_server.Options, RemoteCommand.Shell("true"));
        Assert.Equal(VerdictKind.Lost, (await new HostRunner(run, stopped).RunAsync(begun, command, RunOrigin.Resumed, new())).Kind);
        Assert.Equal(VerdictKind.Skipped, (await new HostRunner(run, stopped).RunAsync(unbegun, command, RunOrigin.Resumed, new())).Kind);
        Assert.Contains(begun, run.Resumable);
    }

    [Fact]
    public async Task Server_that_may_have_got_the_request_and_does_not_answer_leaves_a_job_that_is_lost()
    {
        await using var silent = new HostileServer(connection => connection.DrainAsync());
        ClientOptions options = silent.Options with
        {
            Authorization = AuthorizationCheck.OnFirstRequest,
            ConnectTimeout = TimeSpan.FromSeconds(1),
        };
        RunTarget target = NewTarget();
        await using KeptRun run = NewRun(target);
        using var stop = new RunStop();
        HostVerdict verdict = await RunAsync(run, stop, target, RemoteCommand.Shell("true"), options).Within();
        Assert.Equal((VerdictKind.Lost, target.Job), (verdict.Kind, verdict.Job));
        Assert.Equal([target], run.Resumable);
    }

    [Fact]
    public async Task Run_of_a_clock_that_was_set_back_is_collected_and_starts_nothing()
    {
        RunTarget begun = NewTarget(), unknown = new("other", JobId.New());
        await using KeptRun run = NewRun(DateTimeOffset.UtcNow + TimeSpan.FromHours(1), begun, unknown);
        RemoteCommand command = RemoteCommand.Shell("echo out");
        await using (RemoteShellClient dead = await _server.ConnectAsync())
        {
            RemoteCommand started = command.WithJobId(begun.Job).WithAcknowledgement(Acknowledgement.ByCaller);
            RemoteJob job = await dead.StartAsync(started, new());
            await job.Completion.Within();
        }

        using var stop = new RunStop();
        HostCommand what = new(_server.Options, command);
        Assert.Equal(VerdictKind.Ok, (await new HostRunner(run, stop).RunAsync(begun, what, RunOrigin.Resumed, new()).Within()).Kind);
        Assert.Equal(VerdictKind.Lost, (await new HostRunner(run, stop).RunAsync(unknown, what, RunOrigin.Resumed, new()).Within()).Kind);
    }

    [Fact]
    public async Task Job_that_was_asked_for_and_that_the_server_does_not_know_is_lost_and_not_skipped()
    {
        RunTarget asked = NewTarget();
        await using KeptRun run = NewRun(asked);
        run.Begin(asked);
        using var stop = new RunStop();
        HostVerdict verdict = await new HostRunner(run, stop).KillAsync(asked, new(_server.Options, RemoteCommand.Shell("true"))).Within();
        Assert.Equal((VerdictKind.Lost, asked.Job), (verdict.Kind, verdict.Job));
        // Nothing is left that a client could go on with.
        Assert.Empty(run.Resumable);
    }

    // The job may not have begun yet.
    private static async Task KillAsync(RemoteShellClient client, string job)
    {
        await Waiting.Until(() => client.ListJobsAsync(JobFilter.Running).Result.Any(one => one.Id == job), "the job runs");
        await client.KillAsync(job).Within();
    }

    private static async Task<string> ReadAsync(KeptRun run, RunTarget target)
    {
        using var reader = new StreamReader(run.OpenOutput(target.Host, OutputStream.StandardOutput));
        return await reader.ReadToEndAsync();
    }

    private static RunTarget NewTarget() => new("host", JobId.New());

    private KeptRun NewRun(params RunTarget[] targets) => NewRun(DateTimeOffset.UtcNow, targets);

    private KeptRun NewRun(DateTimeOffset started, params RunTarget[] targets) => new RunStore(_folder["runs"]).Create(
        new() { Id = JobId.New(), Started = started, Words = [], Folder = "/", Targets = "host", Command = "" }, targets);

    private static Task<HostVerdict> RunAsync(
        KeptRun run, RunStop stop, RunTarget target, RemoteCommand command, ClientOptions options)
        => new HostRunner(run, stop).RunAsync(target, new(options, command), RunOrigin.New, new());

    private async Task<HostVerdict> RunAsync(RemoteCommand command, ClientOptions? options = null)
    {
        RunTarget target = NewTarget();
        await using KeptRun run = NewRun(target);
        using var stop = new RunStop();
        HostVerdict verdict = await RunAsync(run, stop, target, command, options ?? _server.Options).Within();
        HostVerdict kept = Assert.Single(new RunStore(_folder["runs"]).Open(run.Record.Id).Verdicts);
        Assert.Equal((verdict.Text, verdict.ExitStatus, verdict.Reason), (kept.Text, kept.ExitStatus, kept.Reason));
        Assert.Equal(verdict.Streams.Count, kept.Streams.Count);
        return verdict;
    }
}
