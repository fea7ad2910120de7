using System.ComponentModel;
using System.Diagnostics;
using CliWrap;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Processes.Launchers;

/// <summary>Starts commands through CliWrap, on every platform. The default launcher.</summary>
internal sealed class CliWrapLauncher : IProcessLauncher
{
    public string Name => "CliWrap";

    public async Task<ProcessExit> RunAsync(ProcessSpec specification, ProcessPipes pipes, ProcessEvents events)
    {
        (string program, IEnumerable<string> arguments) = SetSid.Wrap(specification);
        using var gone = new CancellationTokenSource();
        Task input = Task.CompletedTask, output = Task.CompletedTask, error = Task.CompletedTask;
        Command command = Cli.Wrap(program)
            .WithWorkingDirectory(specification.WorkingDirectory)
            .WithValidation(CommandResultValidation.None)
            .WithStandardInputPipe(pipes.Input is null ? PipeSource.Null : PipeSource.Create((pipe, _) => input = pipes.FeedAsync(pipe, gone.Token)))
            .WithStandardOutputPipe(PipeTarget.Create((pipe, _) => output = pipes.ReadOutputAsync(pipe, gone.Token)))
            .WithStandardErrorPipe(PipeTarget.Create((pipe, _) => error = pipes.ReadErrorAsync(pipe, gone.Token)));

        // Neither of CliWrap's tokens is used: once one is cancelled, CliWrap throws and the exit status is lost.
        (CommandTask<CommandResult> task, Task<ProcessExit?> seen) = Start(command, arguments, specification);
        Task led = SetSid.LedAsync(task.ProcessId, seen, events.Led);

        // CliWrap returns when its pipes have ended. The token tells the readers that the process has exited, so that they do not
        // wait for a grandchild that holds a pipe.
        ProcessExit? exit = await seen;
        events.Exited();
        await gone.CancelAsync();
        CommandResult result = await task;
        await Task.WhenAll(led, input, output, error);
        return exit ?? ProcessExit.Unseen(result.ExitCode);
    }

    private static (CommandTask<CommandResult> Task, Task<ProcessExit?> Seen) Start(
        Command command, IEnumerable<string> arguments, ProcessSpec specification)
    {
        Task<ProcessExit?>? seen = null;
        try
        {
            SignalDefaults.LetCommandsHaveThem();
            CommandTask<CommandResult> task = command.ExecuteAsync(Configure, Watch, CancellationToken.None, CancellationToken.None);
            return (task, seen ?? throw new InvalidOperationException("CliWrap returned before it had started the process"));
        }
        catch (Win32Exception e)
        {
            throw new ProcessStartException(126, $"{specification.Program}: {e.Message}", e);
        }

        // CliWrap adds variables to the server's environment; a command gets only those of its specification.
        void Configure(ProcessStartInfo start)
        {
            foreach (string argument in arguments)
                start.ArgumentList.Add(argument);
            start.Environment.Clear();
            foreach ((string name, string value) in specification.Environment)
                start.Environment[name] = value;
        }

        // Called right after the start: the earliest moment at which the handle of the process can be opened.
        void Watch(Process process) => seen = ProcessExitWatcher.WatchAsync(process.Id);
    }
}
