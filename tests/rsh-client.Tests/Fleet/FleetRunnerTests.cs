using System.CommandLine;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Commands;
using RemoteShell.Cli.Client.Fleet;
using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Tests.Fleet;

/// <summary>What can go wrong on this machine while hosts run.</summary>
public sealed class FleetRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Output_file_that_cannot_be_written_ends_no_other_host()
    {
        string[] words = ["run", "--config", "none", "--fanout", "1", "--out", _folder["out"], "h[1-3]", "true"];
        // In the way of a file.
        Directory.CreateDirectory(Path.Combine(_folder["out"], "h1.out.partial"));
        RunTarget[] targets = [new("h1", "job1"), new("h2", "job2"), new("h3", "job3")];
        await using KeptRun run = new RunStore(_folder["runs"]).Create(Record(words), targets);
        using var screen = new FleetScreen();
        using FleetRunner runner = RunnerOf(words, screen);
        Assert.Equal(255, await runner.RunAsync(run, targets, RunOrigin.New, new OkWork()).Within());
        Assert.Equal(["ok", "ok", "ok"], run.Verdicts.Select(verdict => verdict.Text));
        Assert.True(File.Exists(Path.Combine(_folder["out"], "h3.out")));
        Assert.Equal(RunState.Ended, run.State);
    }

    [Fact]
    public async Task All_hosts_of_a_run_are_ended_whatever_its_options_say_of_failures()
    {
        string[] options = ["--canary", "1", "--max-fail", "0", "--batch", "1", "--pause", "1h", "--deadline", "0"];
        string[] words = ["run", "--config", "none", .. options, "h[1-3]", "true"];
        RunTarget[] targets = [new("h1", "job1"), new("h2", "job2"), new("h3", "job3")];
        await using KeptRun run = new RunStore(_folder["runs"]).Create(Record(words), targets);
        using var screen = new FleetScreen();
        using FleetRunner runner = RunnerOf(words, screen);
        await runner.KillAsync(run, targets, new OkWork()).Within();
        Assert.Equal(["killed", "killed", "killed"], run.Verdicts.Select(verdict => verdict.Text));
    }

    private static FleetRunner RunnerOf(string[] words, FleetScreen screen)
    {
        var root = new RootCommand { RunCommand.Create(UnusedCommands.Own, words) };
        var line = new RunLine(words, new CommandLine("rsh-client", root, "run"));
        return new(line, line.Whole(), new(IsQuiet: true), screen);
    }

    private static RunRecord Record(string[] words) => new()
    {
        Id = "run",
        Started = DateTimeOffset.UtcNow,
        Words = words,
        Folder = "/",
        Targets = "h[1-3]",
        Command = "true",
    };

    private sealed class OkWork : FleetWork
    {
        public override string Text => "true";

        public override void Prepare(IReadOnlyCollection<string> hosts)
        {
            // Nothing is connected.
        }

        public override Task<HostVerdict> RunAsync(FleetRound round, RunTarget target) => KeepAsync(round, target, VerdictKind.Ok);

        public override Task<HostVerdict> KillAsync(FleetRound round, RunTarget target) => KeepAsync(round, target, VerdictKind.Killed);

        private static async Task<HostVerdict> KeepAsync(FleetRound round, RunTarget target, VerdictKind kind)
        {
            var streams = new Dictionary<OutputStream, VerifiedStream> { [OutputStream.StandardOutput] = new(0, "sha256:none") };
            HostVerdict verdict = new() { Host = target.Host, Kind = kind, Streams = streams };
            await round.Run.KeepAsync(verdict, output: null);
            return verdict;
        }
    }
}
