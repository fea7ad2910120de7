using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Jobs.Streaming;

namespace RemoteShell.Server.Tests.Jobs;

public class TerminalTakeoverTests
{
    [Theory]
    [InlineData(24, 23)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void Redraw_is_asked_for_with_a_valid_size_that_differs_from_the_clients(int rows, int expected)
    {
        var record = new JobRecord
        {
            Id = JobId.New(),
            Owner = "owner",
            Command = "true",
            Started = DateTimeOffset.UtcNow,
            OnDisconnect = "kill",
            OnFull = OnFull.Pause,
        };
        var runner = new Runner();
        var job = new Job(record, TestKeys.Make(1), runner, new Dictionary<string, JobOutput>());
        TerminalTakeover.AskToRedraw(job, new("xterm", 80, rows));
        Assert.Equal((80, expected), runner.TerminalSize);
    }

    private sealed class Runner : IJobRunner
    {
        public IReadOnlyList<string> Streams => [];

        public (int Columns, int Rows)? TerminalSize { get; private set; }

        public Task<JobOutcome> RunAsync(Job job, JobInput? input) => Task.FromResult(JobOutcome.Lost("it does not run"));

        public void Resize(int columns, int rows) => TerminalSize = (columns, rows);

        public bool Signal(int number) => false;
    }
}
