namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>What runs for a job: a process, or one of the server's own commands.</summary>
internal interface IJobRunner
{
    /// <summary>The command as people know it.</summary>
    string Command { get; }

    /// <summary>The names of the streams that it writes.</summary>
    IReadOnlyList<string> Streams { get; }

    /// <summary>Runs to the end, also when the job's token asks for it.</summary>
    Task<JobOutcome> RunAsync(Job job, JobInput? input);

    /// <summary>Completes once the command runs, or is over.</summary>
    Task BegunAsync() => Task.CompletedTask;

    /// <summary>Gives the command's terminal, where it has one, another size.</summary>
    void Resize(int columns, int rows)
    {
    }

    /// <summary>Sends a signal to all that runs; false where nothing does.</summary>
    bool Signal(int number);
}

/// <summary>Writes a job's standard input to where the job reads it, until its end or until nobody reads any more.</summary>
internal delegate Task JobInput(Stream target, CancellationToken gone);
