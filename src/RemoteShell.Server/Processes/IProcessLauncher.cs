namespace RemoteShell.Server.Processes;

/// <summary>The one seam to whatever starts processes. Both implementations keep one contract, and pass the same tests.</summary>
internal interface IProcessLauncher
{
    /// <summary>The name for the log.</summary>
    string Name { get; }

    /// <summary>Starts the process as the leader of a session and group of its own, and returns once it has exited and its pipes are done.</summary>
    /// <param name="specification">What to start.</param>
    /// <param name="pipes">Who feeds and empties its pipes.</param>
    /// <param name="events">What is told meanwhile.</param>
    /// <exception cref="ProcessStartException">There is no process: nothing ran.</exception>
    Task<ProcessExit> RunAsync(ProcessSpec specification, ProcessPipes pipes, ProcessEvents events);
}
