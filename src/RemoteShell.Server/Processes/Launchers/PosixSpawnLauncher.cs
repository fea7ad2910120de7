using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Processes.Launchers;

/// <summary>Starts commands by posix_spawn(3) and reaps them itself: the choice <c>--launcher posix_spawn</c>, on Linux.</summary>
/// <remarks>
/// Saves the setsid program that <see cref="CliWrapLauncher"/> needs (docs/performance.md), and always knows the signal that ended a
/// process and the CPU time that the process used.
/// </remarks>
internal sealed class PosixSpawnLauncher : IProcessLauncher
{
    public string Name => "posix_spawn";

    public ProcessRun Start(ProcessSpec spec, ProcessPipes pipes)
    {
        ((int pid, Stream input, Stream output, Stream error), Task<ProcessExit> reaped) = ChildSignal.HoldAsInit(() =>
        {
            (int Pid, Stream Input, Stream Output, Stream Error) started = Spawn(spec);
            return (started, ProcessExitWatcher.ReapAsync(started.Pid));
        });
        var gone = new CancellationTokenSource();
        Task served = Task.WhenAll(
            pipes.ReadOutputAsync(output, gone.Token), pipes.ReadErrorAsync(error, gone.Token), pipes.FeedAsync(input, gone.Token));
        return new(Task.FromResult(pid), reaped, CompleteAsync());

        async Task<ProcessExit> CompleteAsync()
        {
            using (gone)
            {
                ProcessExit exit = await reaped;
                await gone.CancelAsync();
                await served;
                return exit;
            }
        }
    }

    private static (int Pid, Stream Input, Stream Output, Stream Error) Spawn(ProcessSpec spec)
    {
        using ChildPipe input = ChildPipe.ForReading(), output = ChildPipe.ForWriting(), error = ChildPipe.ForWriting();
        try
        {
            int pid = PosixSpawn.OnPipes(spec, input.ChildEnd, output.ChildEnd, error.ChildEnd);
            return (pid, input.Stream, output.Stream, error.Stream);
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
