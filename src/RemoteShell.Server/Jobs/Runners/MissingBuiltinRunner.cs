using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>A built-in that this server does not have.</summary>
internal sealed class MissingBuiltinRunner(string name, string text) : IJobRunner
{
    public string Command => text;

    public IReadOnlyList<string> Streams => ["stdout", "stderr"];

    public Task<JobOutcome> RunAsync(Job job, JobInput? input)
        => Task.FromResult(JobOutcome.NeverStarted(127, $"{name}: this server has no such built-in; help lists those it has"));

    public bool Signal(int number) => false;
}
