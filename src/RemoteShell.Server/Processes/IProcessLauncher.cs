namespace RemoteShell.Server.Processes;

/// <summary>Starts processes. All implementations keep one contract and pass the same tests.</summary>
internal interface IProcessLauncher
{
    /// <summary>The name for the log.</summary>
    string Name { get; }

    /// <summary>Starts the process as the leader of a session and process group of its own.</summary>
    /// <param name="spec">What to start.</param>
    /// <param name="pipes">Writes and reads the process's pipes.</param>
    /// <exception cref="ProcessStartException">The process cannot be started; nothing ran.</exception>
    ProcessRun Start(ProcessSpec spec, ProcessPipes pipes);
}
