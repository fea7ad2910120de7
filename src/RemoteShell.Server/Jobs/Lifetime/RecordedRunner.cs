namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>A job that is known from its record only; it is over.</summary>
internal sealed class RecordedRunner(string text) : IJobRunner
{
    public string Command => text;

    public IReadOnlyList<string> Streams => [];

    public Task<JobOutcome> RunAsync(Job job, JobInput? input) => Task.FromResult(JobOutcome.Lost("it is over"));

    public bool Signal(int number) => false;
}
