namespace RemoteShell.Server.Jobs;

/// <summary>A job that is known from its record only; it is over.</summary>
internal sealed class RecordedBody(string text) : IJobBody
{
    public string Command => text;

    public IReadOnlyList<string> Streams => [];

    public Task<JobOutcome> RunAsync(Job job, JobInput? input) => Task.FromResult(JobOutcome.Lost("it is over"));

    public bool Signal(int number) => false;
}
