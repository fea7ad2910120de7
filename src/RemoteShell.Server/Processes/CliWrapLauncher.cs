#if CLIWRAP
using System.ComponentModel;
using CliWrap;

namespace RemoteShell.Server.Processes;

/// <summary>Starts processes through CliWrap.</summary>
internal sealed class CliWrapLauncher : IProcessLauncher
{
    public string Name => "CliWrap";

    public async Task<ProcessExit> RunAsync(ProcessSpecification specification, ProcessPipes pipes, ProcessEvents events)
    {
        (string program, IEnumerable<string> arguments) = NewSession.Wrap(specification);
        using var gone = new CancellationTokenSource();
        Command command = Cli.Wrap(program)
            .WithArguments(arguments)
            .WithWorkingDirectory(specification.WorkingDirectory)
            .WithEnvironmentVariables(Replacing(specification.Environment))
            .WithValidation(CommandResultValidation.None)
            .WithStandardInputPipe(pipes.Input is null ? PipeSource.Null : PipeSource.Create((pipe, _) => FeedAsync(pipe, pipes.Input, gone.Token)))
            .WithStandardOutputPipe(PipeTarget.Create((pipe, _) => ReadAsync(pipe, pipes.Output, gone.Token)))
            .WithStandardErrorPipe(PipeTarget.Create((pipe, _) => ReadAsync(pipe, pipes.Error, gone.Token)));

        CommandTask<CommandResult> task = Start(command, specification);
        Task<ProcessExit?> seen = ExitWatcher.WatchAsync(task.ProcessId);
        Task led = NewSession.LedAsync(task.ProcessId, seen, events.Led);

        // CliWrap returns when its pipes are done, and they are told by this token that they need wait no more.
        ProcessExit? exit = await seen;
        events.Exited();
        await gone.CancelAsync();
        CommandResult result = await task;
        await led;
        return exit ?? ProcessExit.Unseen(result.ExitCode);
    }

    private static CommandTask<CommandResult> Start(Command command, ProcessSpecification specification)
    {
        try
        {
            DefaultSignals.LetCommandsHaveThem();
            return command.ExecuteAsync();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new ProcessStartException(126, $"{specification.Program}: {e.Message}", e);
        }
    }

    // CliWrap adds to the server's environment: what the command must not see is taken out by name.
    private static Dictionary<string, string?> Replacing(IReadOnlyDictionary<string, string> environment)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
            all[name] = null;
        foreach ((string name, string value) in environment)
            all[name] = value;
        return all;
    }

    private static async Task ReadAsync(Stream pipe, Func<Stream, CancellationToken, Task> reader, CancellationToken gone)
    {
        PipeSize.Enlarge(pipe);
        await reader(pipe, gone);
    }

    private static async Task FeedAsync(Stream pipe, Func<Stream, CancellationToken, Task> writer, CancellationToken gone)
    {
        try
        {
            PipeSize.Enlarge(pipe);
            await writer(pipe, gone);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The process is gone; CliWrap takes a broken pipe for no error by itself.
        }
    }
}
#endif
