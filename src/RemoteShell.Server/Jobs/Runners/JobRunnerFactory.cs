using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Recordings;
using RemoteShell.Server.Builtins;
using RemoteShell.Server.Jobs.Detached;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Finds out what a request asks to be run.</summary>
/// <param name="launcher">What starts processes without a terminal.</param>
/// <param name="account">The user that everything runs as.</param>
/// <param name="times">How long things may take at a job's end.</param>
/// <param name="temporaryFolder">For what lasts as long as the server.</param>
/// <param name="visitors">Tells who is connected.</param>
/// <param name="recordings">What takes down what terminals show; null: nothing does.</param>
internal sealed class JobRunnerFactory(IProcessLauncher launcher, Account account, JobTimes times, string temporaryFolder, Func<IEnumerable<ConnectedUser>> visitors, TerminalRecording? recordings = null)
{
    /// <summary>The user that everything runs as.</summary>
    public Account Account => account;

    /// <summary>What is to run. Whether it can be started shows when it is run.</summary>
    /// <param name="exec">A request without fault.</param>
    /// <param name="peer">The client's address, for the command's environment.</param>
    public IJobRunner For(ExecRequest exec, string peer)
    {
        string text = exec.CommandText;
        Encoding encoding = exec.Encoding is { } name ? TextEncoding.GetStrict(name) : Encoding.UTF8;
        if (exec.Builtin is { } words)
            return BuiltinTable.Find(words[0]) is { } named ? new BuiltinRunner(named, new([.. words.Skip(1)], visitors), text, encoding, ["stdout", "stderr"]) : new MissingBuiltinRunner(words[0], text);
        if (exec.Line is { } line && BuiltinTable.ForLine(line) is var (typed, arguments))
            return new BuiltinRunner(typed, new(arguments, visitors), text, encoding, ["stdout", "stderr", "session"]);

        Dictionary<string, string> login = LoginEnvironment.For(account, exec.Job, peer);
        if (exec.Tty is { } tty)
        {
            Asciicast? recording = recordings?.Begin(exec.Job, tty, text, peer);
            return new TerminalRunner(new(tty, recording is null ? null : recording.Show), text, () => CommandLine.Of(exec, account, login, stateFile: null), times, recording);
        }

        if (exec.Line is null)
            return new ProcessRunner(launcher, text, () => CommandLine.Of(exec, account, login, stateFile: null), times);
        // Without a POSIX shell nothing writes the file, and a line leaves nothing behind.
        string stateFile = Path.Combine(temporaryFolder, $"{exec.Job}.session");
        return new PromptLineRunner(launcher, text, () => CommandLine.Of(exec, account, login, OperatingSystem.IsWindows() ? null : stateFile), times, stateFile, login, exec.Encoding is not null && TextEncoding.IsAsciiCompatible(encoding) ? encoding : PromptLineScript.Utf8);
    }

    /// <summary>The same, to live without the server.</summary>
    public DetachedRunner Detached(ExecRequest exec, string peer, JobFolder folder)
        => DetachedRunner.Start(folder, exec.CommandText, launcher, () => CommandLine.Of(exec, account, LoginEnvironment.For(account, exec.Job, peer), stateFile: null), times.Grace);
}
