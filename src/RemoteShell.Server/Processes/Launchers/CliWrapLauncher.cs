using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using CliWrap;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Processes.Launchers;

/// <summary>Starts commands through CliWrap, on every platform. The default launcher.</summary>
internal sealed class CliWrapLauncher : IProcessLauncher
{
    public string Name => "CliWrap";

    public ProcessRun Start(ProcessSpec spec, ProcessPipes pipes)
    {
        (string program, IEnumerable<string> arguments) = SetSid.Wrap(spec);
        var gone = new CancellationTokenSource();
        Task input = Task.CompletedTask, output = Task.CompletedTask, error = Task.CompletedTask;
        PipeSource source = pipes.Input is null
            ? PipeSource.Null
            : PipeSource.Create((pipe, _) => input = pipes.FeedAsync(pipe, gone.Token));
        Command command = Cli.Wrap(program)
            .WithWorkingDirectory(spec.WorkingDirectory)
            .WithValidation(CommandResultValidation.None)
            .WithStandardInputPipe(source)
            .WithStandardOutputPipe(PipeTarget.Create((pipe, _) => output = pipes.ReadOutputAsync(pipe, gone.Token)))
            .WithStandardErrorPipe(PipeTarget.Create((pipe, _) => error = pipes.ReadErrorAsync(pipe, gone.Token)));

        // Neither of CliWrap's tokens is used: once one is cancelled, CliWrap throws and the exit status is lost.
        (CommandTask<CommandResult> task, Task<ProcessExit?> seen) = Start(command, arguments, spec);
        Task<int> group = SetSid.LedAsync(task.ProcessId, seen);
        return new(group, seen, CompleteAsync());

        // CliWrap returns when its pipes have ended. The token tells the readers that the process has exited, so that they do not
        // wait for a grandchild that holds a pipe.
        async Task<ProcessExit> CompleteAsync()
        {
            using (gone)
            {
                ProcessExit? exit = await seen;
                await gone.CancelAsync();
                CommandResult result = await task;
                ChildProcesses.Forget(task.ProcessId);
                await Task.WhenAll(group, input, output, error);
                // If the system did not tell how the process ended, only its status is known. An end by signal n then looks like an
                // exit with status 128+n; the signal is not guessed from that.
                return exit ?? new(result.ExitCode);
            }
        }
    }

    private static (CommandTask<CommandResult> Task, Task<ProcessExit?> Seen) Start(
        Command command, IEnumerable<string> arguments, ProcessSpec spec)
    {
        Task<ProcessExit?>? seen = null;
        try
        {
            SignalDefaults.Restore();
            CommandTask<CommandResult> task = ChildSignal.Hold(() => ChildProcesses.Start(
                () => command.ExecuteAsync(Configure, Watch, CancellationToken.None, CancellationToken.None),
                started => started.ProcessId));
            return (task, seen ?? throw new InvalidOperationException("CliWrap returned before it had started the process"));
        }
        catch (Win32Exception e)
        {
            // CliWrap's own message lists all causes that it knows of; the exception inside has the system's error.
            int error = (e.InnerException as Win32Exception ?? e).NativeErrorCode;
            throw new ProcessStartException(126, $"{spec.Program}: {Marshal.GetPInvokeErrorMessage(error)}", e);
        }

        // CliWrap adds variables to the server's environment; a command gets only those of its specification.
        void Configure(ProcessStartInfo start)
        {
            foreach (string argument in arguments)
                start.ArgumentList.Add(argument);
            start.Environment.Clear();
            foreach ((string name, string value) in spec.Environment)
                start.Environment[name] = value;
        }

        // CliWrap calls this right after the start: the earliest moment at which the handle of the process can be opened.
        void Watch(Process process) => seen = ProcessExitWatcher.WatchAsync(process.Id);
    }
}
