using System.ComponentModel;
using System.Diagnostics;

namespace RemoteShell.Server.Processes;

/// <summary>Starts processes by the framework's own means.</summary>
internal sealed class SystemLauncher : IProcessLauncher
{
    public string Name => "System.Diagnostics.Process";

    public async Task<ProcessExit> RunAsync(ProcessSpecification specification, ProcessPipes pipes, ProcessEvents events)
    {
        using Process process = Start(specification);
        Task<ProcessExit?> seen = ExitWatcher.WatchAsync(process.Id);
        Task led = NewSession.LedAsync(process.Id, seen, events.Led);

        using var gone = new CancellationTokenSource();
        Task served = pipes.ServeAsync(process.StandardInput.BaseStream, process.StandardOutput.BaseStream, process.StandardError.BaseStream, gone.Token);

        ProcessExit? exit = await seen;
        await process.WaitForExitAsync(CancellationToken.None);
        events.Exited();
        await gone.CancelAsync();
        await Task.WhenAll(served, led);
        return exit ?? ProcessExit.Unseen(process.ExitCode);
    }

    private static Process Start(ProcessSpecification specification)
    {
        DefaultSignals.LetCommandsHaveThem();
        (string program, IEnumerable<string> arguments) = NewSession.Wrap(specification);
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = specification.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in specification.Environment)
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ProcessStartException(126, $"{specification.Program}: {e.Message}", e);
        }
    }
}
