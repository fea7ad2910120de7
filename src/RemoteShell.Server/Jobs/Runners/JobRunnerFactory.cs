using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;
using RemoteShell.Server.Builtins;
using RemoteShell.Server.Jobs.Detached;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Terminals;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Makes the runner for a request.</summary>
/// <param name="launcher">Starts processes without a terminal.</param>
/// <param name="account">The user that all commands run as.</param>
/// <param name="times">How long the steps of a job's end may take.</param>
/// <param name="promptFolder">Where lines of a prompt leave their state.</param>
/// <param name="visitors">Returns the connected users.</param>
/// <param name="groups">The control groups of the jobs; null: they have none.</param>
/// <param name="recordings">Records terminals; null: they are not recorded.</param>
internal sealed class JobRunnerFactory(
    IProcessLauncher launcher,
    Account account,
    JobTimes times,
    PromptFolder promptFolder,
    Func<IEnumerable<ConnectedUser>> visitors,
    ControlGroups? groups = null,
    TerminalRecording? recordings = null)
{
    /// <summary>The user that all commands run as.</summary>
    public Account Account => account;

    /// <summary>The control groups of the jobs; null: they have none.</summary>
    public ControlGroups? Groups => groups;

    /// <summary>Makes the runner. Whether the command can be started shows when it runs.</summary>
    /// <param name="exec">A valid request.</param>
    /// <param name="peer">The client's address, for the command's environment.</param>
    /// <param name="name">The job's name among those of all keys, for its control group.</param>
    public IJobRunner For(ExecRequest exec, string peer, string name)
    {
        Encoding encoding = exec.Encoding is { } asked ? TextEncoding.GetStrict(asked) : Encoding.UTF8;
        if (exec.Builtin is { } words)
        {
            return BuiltinTable.Find(words[0]) is { } named
                ? new BuiltinRunner(named, new([.. words.Skip(1)], visitors), encoding, ["stdout", "stderr"])
                : new MissingBuiltinRunner(words[0]);
        }

        if (exec.Line is { } line && BuiltinTable.ForLine(line) is var (typed, arguments))
            return new BuiltinRunner(typed, new(arguments, visitors), encoding, ["stdout", "stderr", "session"]);

        Dictionary<string, string> login = LoginEnvironment.For(account, exec.Job, peer);
        ControlGroup? group = groups?.Of(name);
        if (exec.Tty is { } tty)
        {
            Asciicast? recording = recordings?.Begin(exec.Job, tty, exec.CommandText, peer);
            var terminal = new TerminalLauncher(tty, recording is null ? null : recording.Show);
            return new TerminalRunner(terminal, () => Build(null), times, group, recording);
        }

        if (exec.Line is null)
            return new ProcessRunner(launcher, () => Build(null), times, group);
        string stateFile = promptFolder.FileOf(exec.Job);
        // Without a POSIX shell the file is not written, and a line does not change the state.
        string? writtenFile = OperatingSystem.IsWindows() ? null : stateFile;
        Encoding stateEncoding = exec.Encoding is not null && TextEncoding.IsAsciiCompatible(encoding) ? encoding : PromptLineScript.Utf8;
        return new PromptLineRunner(launcher, () => Build(writtenFile), times, group, stateFile, login, stateEncoding);

        ProcessSpec Build(string? file) => Contain(ProcessSpecBuilder.Build(exec, account, login, file), group);
    }

    /// <summary>Makes the runner of a detached job.</summary>
    /// <param name="exec">A valid request.</param>
    /// <param name="peer">The client's address, for the command's environment.</param>
    /// <param name="folder">The job's folder.</param>
    /// <param name="name">The job's name among those of all keys, for its control group.</param>
    public DetachedRunner Detached(ExecRequest exec, string peer, JobFolder folder, string name)
    {
        ControlGroup? group = groups?.Of(name);
        return DetachedRunner.Start(folder, launcher, Build, times.Grace, group);

        ProcessSpec Build()
        {
            Dictionary<string, string> login = LoginEnvironment.For(account, exec.Job, peer);
            return Contain(ProcessSpecBuilder.Build(exec, account, login, stateFile: null), group);
        }
    }

    // The command enters its control group before it runs. If there is none, it runs as it is.
    private static ProcessSpec Contain(ProcessSpec command, ControlGroup? group)
        => group is not null && group.TryCreate() ? group.Wrap(command) : command;
}
