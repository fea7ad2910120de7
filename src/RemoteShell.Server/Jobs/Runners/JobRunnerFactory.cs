using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;
using RemoteShell.Server.Builtins;
using RemoteShell.Server.Jobs.Detached;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Terminals;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Makes the runner for a request.</summary>
/// <param name="launcher">Starts processes without a terminal.</param>
/// <param name="account">The user that all commands run as.</param>
/// <param name="times">How long the steps of a job's end may take.</param>
/// <param name="promptFolder">Where lines of a prompt leave their state.</param>
/// <param name="visitors">Returns the connected users.</param>
/// <param name="recordings">Records terminals; null: they are not recorded.</param>
internal sealed class JobRunnerFactory(
    IProcessLauncher launcher,
    Account account,
    JobTimes times,
    PromptFolder promptFolder,
    Func<IEnumerable<ConnectedUser>> visitors,
    TerminalRecording? recordings = null)
{
    /// <summary>The user that all commands run as.</summary>
    public Account Account => account;

    /// <summary>Makes the runner. Whether the command can be started shows when it runs.</summary>
    /// <param name="exec">A valid request.</param>
    /// <param name="peer">The client's address, for the command's environment.</param>
    public IJobRunner For(ExecRequest exec, string peer)
    {
        Encoding encoding = exec.Encoding is { } name ? TextEncoding.GetStrict(name) : Encoding.UTF8;
        if (exec.Builtin is { } words)
        {
            return BuiltinTable.Find(words[0]) is { } named
                ? new BuiltinRunner(named, new([.. words.Skip(1)], visitors), encoding, ["stdout", "stderr"])
                : new MissingBuiltinRunner(words[0]);
        }

        if (exec.Line is { } line && BuiltinTable.ForLine(line) is var (typed, arguments))
            return new BuiltinRunner(typed, new(arguments, visitors), encoding, ["stdout", "stderr", "session"]);

        Dictionary<string, string> login = LoginEnvironment.For(account, exec.Job, peer);
        if (exec.Tty is { } tty)
        {
            Asciicast? recording = recordings?.Begin(exec.Job, tty, exec.CommandText, peer);
            var terminal = new TerminalLauncher(tty, recording is null ? null : recording.Show);
            return new TerminalRunner(terminal, () => ProcessSpecBuilder.Build(exec, account, login, stateFile: null), times, recording);
        }

        if (exec.Line is null)
            return new ProcessRunner(launcher, () => ProcessSpecBuilder.Build(exec, account, login, stateFile: null), times);
        string stateFile = promptFolder.FileOf(exec.Job);
        // Without a POSIX shell the file is not written, and a line does not change the state.
        string? writtenFile = OperatingSystem.IsWindows() ? null : stateFile;
        Encoding stateEncoding = exec.Encoding is not null && TextEncoding.IsAsciiCompatible(encoding) ? encoding : PromptLineScript.Utf8;
        return new PromptLineRunner(
            launcher, () => ProcessSpecBuilder.Build(exec, account, login, writtenFile), times, stateFile, login, stateEncoding);
    }

    /// <summary>Makes the runner of a detached job.</summary>
    public DetachedRunner Detached(ExecRequest exec, string peer, JobFolder folder)
    {
        return DetachedRunner.Start(folder, launcher, Build, times.Grace);

        ProcessSpec Build() => ProcessSpecBuilder.Build(exec, account, LoginEnvironment.For(account, exec.Job, peer), stateFile: null);
    }
}
