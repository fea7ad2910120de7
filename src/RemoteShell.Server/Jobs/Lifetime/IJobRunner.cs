namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>Runs a job's command: a process, or a built-in of the server.</summary>
internal interface IJobRunner
{
    /// <summary>The names of the streams that the command writes.</summary>
    IReadOnlyList<string> Streams { get; }

    /// <summary>Runs the command to its end. When the job's token is cancelled, ends the command first.</summary>
    /// <param name="job">The job, which has the outputs to write to.</param>
    /// <param name="input">Writes standard input; null: the command reads an empty input.</param>
    Task<JobOutcome> RunAsync(Job job, JobInput? input);

    /// <summary>Completes once the command runs, or has ended; false if it ended, and it is not known that it ever ran.</summary>
    Task<bool> BegunAsync() => Task.FromResult(true);

    /// <summary>The size of the command's terminal; null if it has none.</summary>
    (int Columns, int Rows)? TerminalSize => null;

    /// <summary>Resizes the command's terminal, if it has one.</summary>
    void Resize(int columns, int rows)
    {
    }

    /// <summary>Sends a signal to all processes of the command; false if none runs.</summary>
    bool Signal(int number);
}
