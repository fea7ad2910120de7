using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Stands for a built-in that this server does not have: the job never starts.</summary>
internal sealed class MissingBuiltinRunner(string name) : IJobRunner
{
    public IReadOnlyList<string> Streams => ["stdout", "stderr"];

    public Task<JobOutcome> RunAsync(Job job, JobInput? input)
        => Task.FromResult(JobOutcome.NeverStarted(127, $"{name}: this server has no such built-in; run help to list them"));

    public bool Signal(int number) => false;
}
