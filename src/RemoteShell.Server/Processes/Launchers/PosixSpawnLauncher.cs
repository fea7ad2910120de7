using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Processes.Launchers;

/// <summary>Starts commands by posix_spawn(3) and reaps them itself: the choice <c>--launcher posix_spawn</c>, on Linux.</summary>
/// <remarks>
/// Saves the setsid program that <see cref="CliWrapLauncher"/> needs (docs/performance.md), and always knows the signal that ended a
/// process and what the process used.
/// </remarks>
internal sealed class PosixSpawnLauncher : IProcessLauncher
{
    public string Name => "posix_spawn";

    public async Task<ProcessExit> RunAsync(ProcessSpec specification, ProcessPipes pipes, ProcessEvents events)
    {
        (int pid, Stream input, Stream output, Stream error) = Start(specification);
        Task<ProcessExit> collected = ProcessExitWatcher.CollectAsync(pid);
        events.Led(pid);

        using var gone = new CancellationTokenSource();
        Task served = Task.WhenAll(
            pipes.ReadOutputAsync(output, gone.Token), pipes.ReadErrorAsync(error, gone.Token), pipes.FeedAsync(input, gone.Token));
        ProcessExit exit = await collected;
        events.Exited();
        await gone.CancelAsync();
        await served;
        return exit;
    }

    private static (int Pid, Stream Input, Stream Output, Stream Error) Start(ProcessSpec specification)
    {
        using ChildPipe input = ChildPipe.ForReading(), output = ChildPipe.ForWriting(), error = ChildPipe.ForWriting();
        try
        {
            return (PosixSpawn.OnPipes(specification, input, output, error), input.Stream, output.Stream, error.Stream);
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
