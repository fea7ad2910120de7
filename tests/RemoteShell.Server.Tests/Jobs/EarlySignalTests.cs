using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Launchers;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>A client may send any number of signals while none can be delivered. They cost no more than one of each.</summary>
public class EarlySignalTests
{
    private const int Interrupt = 2, User1 = 10;

    // The server looks through all processes for a signal: so many looks take far longer than a test may.
    private const int Many = 100_000;

    [Fact]
    public async Task Many_signals_before_the_process_leads_its_session_count_once()
    {
        Assert.SkipUnless(PosixSpawn.IsAvailable, "needs Linux: posix_spawn and pidfd");
        var leads = new TaskCompletionSource();
        var spec = new ProcessSpec
        {
            Program = "/bin/sleep",
            Arguments = ["300"],
            WorkingDirectory = "/",
            Environment = new Dictionary<string, string>(),
        };
        var times = new JobTimes(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        var runner = new ProcessRunner(new SlowLauncher(leads.Task), () => spec, times);
        Task<JobOutcome> running = runner.RunAsync(Make(runner), input: null);
        for (int i = 0; i < Many; i++)
            Assert.True(runner.Signal(User1));
        leads.SetResult();
        JobOutcome outcome = await running.Within();
        Assert.Equal("USR1", outcome.Signal);
    }

    [Fact]
    public async Task Signal_of_a_line_is_not_sent_again_while_it_is_being_sent()
    {
        var line = new ShellLine("true", new CapturedBytes(0).Drain(), new CapturedBytes(0).Drain());
        var sent = new TaskCompletionSource();
        Assert.True(line.TrySend(Interrupt, place: 0, () => sent.Task));
        Assert.False(line.TrySend(Interrupt, place: 0, () => sent.Task));
        Assert.True(line.TrySend(Interrupt, place: 1, () => sent.Task));
        Assert.True(line.TrySend(User1, place: 0, () => sent.Task));
        Assert.False(line.SignalledAsync().IsCompleted);
        sent.SetResult();
        await line.SignalledAsync().Within();
        Assert.True(line.TrySend(Interrupt, place: 0, () => sent.Task));
    }

    private static Job Make(IJobRunner runner)
    {
        var record = new JobRecord
        {
            Id = JobId.New(),
            Owner = "owner",
            Command = "sleep 300",
            Started = DateTimeOffset.UtcNow,
            OnDisconnect = "kill",
            OnFull = OnFull.Pause,
        };
        var budget = new WindowBudget(0);
        Dictionary<string, MemoryOutput> buffers = runner.Streams.ToDictionary(
            name => name, _ => new MemoryOutput(1024, "crc32c", 0, budget));
        Dictionary<string, JobOutput> streams = buffers.ToDictionary(buffer => buffer.Key, JobOutput (buffer) => buffer.Value);
        return new(record, TestKeys.Make(1), runner, streams) { Buffers = buffers };
    }

    // Starts a process at once, and tells of its session later: on a busy machine that takes long.
    private sealed class SlowLauncher(Task leads) : IProcessLauncher
    {
        private readonly PosixSpawnLauncher _launcher = new();

        public string Name => _launcher.Name;

        public ProcessRun Start(ProcessSpec spec, ProcessPipes pipes)
        {
            ProcessRun run = _launcher.Start(spec, pipes);
            return run with { Group = LeadAsync(run.Group) };
        }

        private async Task<int> LeadAsync(Task<int> group)
        {
            await leads;
            return await group;
        }
    }
}
