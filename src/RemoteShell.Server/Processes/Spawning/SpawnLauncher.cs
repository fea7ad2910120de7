namespace RemoteShell.Server.Processes.Spawning;

/// <summary>Starts processes by posix_spawn, and collects them itself.</summary>
/// <remarks>A third quicker than <see cref="SystemLauncher"/>, which needs a program in between for a session of the command's own (docs/performance.md); and it always sees how a process ended.</remarks>
internal sealed class SpawnLauncher : IProcessLauncher
{
    public string Name => "posix_spawn";

    public async Task<ProcessExit> RunAsync(ProcessSpecification specification, ProcessPipes pipes, ProcessEvents events)
    {
        (int pid, Stream input, Stream output, Stream error) = Start(specification);
        Task<ProcessExit> collected = ExitWatcher.CollectAsync(pid);
        events.Led(pid);

        using var gone = new CancellationTokenSource();
        Task served = pipes.ServeAsync(input, output, error, gone.Token);
        ProcessExit exit = await collected;
        events.Exited();
        await gone.CancelAsync();
        await served;
        return exit;
    }

    private static (int Pid, Stream Input, Stream Output, Stream Error) Start(ProcessSpecification specification)
    {
        using ChildPipe input = ChildPipe.ForReading(), output = ChildPipe.ForWriting(), error = ChildPipe.ForWriting();
        try
        {
            return (Spawn.OnPipes(specification, input, output, error), input.Stream, output.Stream, error.Stream);
        }
        catch (ProcessStartException)
        {
            input.Stream.Dispose();
            output.Stream.Dispose();
            error.Stream.Dispose();
            throw;
        }
    }
}
