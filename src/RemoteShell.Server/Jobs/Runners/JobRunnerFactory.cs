using System.Net.Sockets;
using System.Text;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Quotas;
using RemoteShell.Files.Transfers;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Builtins;
using RemoteShell.Server.Files;
using RemoteShell.Server.Forwarding;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Detached;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Terminals;
using RemoteShell.Server.Processes.Unix;
using RemoteShell.Server.Recordings;

namespace RemoteShell.Server.Jobs.Runners;

/// <summary>Makes the runner for a request.</summary>
/// <param name="launcher">Starts processes without a terminal.</param>
/// <param name="account">The user that all commands run as.</param>
/// <param name="times">Returns how long the steps of a job's end may take. Called for each job.</param>
/// <param name="lineFolder">Where the lines of conversations have their pipes.</param>
/// <param name="visitors">Returns the connected users.</param>
/// <param name="groups">The control groups of the jobs; null: they have none.</param>
/// <param name="recordings">Records output; null: nothing is recorded.</param>
internal sealed class JobRunnerFactory(
    IProcessLauncher launcher,
    Account account,
    Func<JobTimes> times,
    LineFolder lineFolder,
    Func<IEnumerable<ConnectedUser>> visitors,
    ControlGroups? groups = null,
    RecordingStore? recordings = null)
{
    private readonly HeldFiles _heldFiles = new();
    private readonly AcceptedSockets _accepted = new();

    /// <summary>The user that all commands run as.</summary>
    public Account Account => account;

    /// <summary>The control groups of the jobs; null: they have none.</summary>
    public ControlGroups? Groups => groups;

    /// <summary>Records output; null: nothing is recorded.</summary>
    public RecordingStore? Recordings => recordings;

    /// <summary>Makes the runner. Whether the command can be started shows when it runs.</summary>
    /// <param name="exec">A valid request.</param>
    /// <param name="ends">The client's connection, for the command's environment.</param>
    /// <param name="name">The job's name among those of all keys, for its control group.</param>
    /// <param name="place">The place in the conversation that the request names; null: it names none.</param>
    public IJobRunner For(ExecRequest exec, ConnectionEnds ends, string name, ConversationPlace? place)
    {
        Encoding encoding = exec.Encoding is { } asked ? TextEncoding.GetStrict(asked) : Encoding.UTF8;
        if (exec.Builtin is { } words)
        {
            return BuiltinTable.Find(words[0]) is { } named
                ? new BuiltinRunner(named, new([.. words.Skip(1)], visitors), encoding)
                : new MissingBuiltinRunner(words[0]);
        }

        if (exec.Line is { } line)
            return ForLine(line, encoding, place!);

        Dictionary<string, string> login = exec.Shell || exec.Conversation is not null
            ? LoginEnvironment.ForShell(account, exec.Job, ends)
            : LoginEnvironment.For(account, exec.Job, ends);
        ControlGroup? group = groups?.Of(name);
        JobTimes ending = times();
        if (exec.Tty is { } tty)
            return ForTerminal(tty);
        if (exec.Conversation is not { } kind)
            return new ProcessRunner(launcher, Build, ending, group);
        // In another encoding a line has ASCII only, which the shell reads as such.
        Encoding shells = TextEncoding.IsAsciiCompatible(encoding) ? encoding : Encoding.UTF8;
        var shell = new ConversationShell(ShellDialect.Of(account.Shell, kind), lineFolder, shells, ending.Grace);
        return new ConversationRunner(shell, launcher, Build, ending, group);

        ProcessSpec Build() => Contain(ProcessSpecBuilder.Build(exec, account, login), group);

        TerminalRunner ForTerminal(TerminalRequest asked)
        {
            var terminal = new TerminalLauncher(asked);
            if (place is null)
                return new(terminal, Build, ending, group);
            var state = new ConversationState(place.Shell);
            return new ConversationTerminalRunner(state, terminal, () => BuildIn(state), ending, group);
        }

        ProcessSpec BuildIn(ConversationState state)
        {
            ProcessSpec spec = state.Apply(ProcessSpecBuilder.Build(exec, account, login), exec.Command!);
            return Contain(exec.Encoding is null ? spec : EncodedCommand.Of(spec, null, [], encoding), group);
        }
    }

    /// <summary>Makes the runner of a transfer of files.</summary>
    /// <param name="root">The folder that is the client's <c>/</c>; null: the machine's.</param>
    /// <param name="bounds">What the client's key may do.</param>
    /// <param name="quota">How much content the client's key may store.</param>
    /// <param name="audit">Records what the client asks for.</param>
    /// <param name="log">Makes what receives the outcome of each file.</param>
    /// <param name="before">Completes when the transfer may begin.</param>
    public FilesRunner ForFiles(
        string? root,
        FileBounds bounds,
        ContentQuota quota,
        FileAudit audit,
        Func<TransferDirection, IProgress<TransferProgress>> log,
        Task before)
        => new(job => new(RootOf(root), bounds, quota, audit, log, HolderOf(job)), before);

    /// <summary>Makes the runner of a forwarded connection.</summary>
    /// <param name="target">A valid target.</param>
    /// <param name="owner">The client's key.</param>
    /// <param name="log">Logs the connection.</param>
    public ConnectRunner ForConnection(ConnectTarget target, PublicKey owner, ForwardingLog log) => new(
        target.Text,
        cancellationToken => target switch
        {
            { Accepted: { } id } => Task.FromResult(Take(id, owner)),
            { Socket: { } path } => TargetConnector.ConnectAsync(path, cancellationToken),
            _ => TargetConnector.ConnectAsync(target.Host!, target.Port!.Value, cancellationToken),
        },
        log);

    /// <summary>Makes the runner that listens for forwarded connections.</summary>
    /// <param name="place">A valid place.</param>
    /// <param name="log">Logs the listening.</param>
    public ListenRunner ForListening(ListenPlace place, ForwardingLog log) => new(place, _accepted, log);

    /// <summary>Makes the runner of a detached job.</summary>
    /// <param name="exec">A valid request.</param>
    /// <param name="ends">The client's connection, for the command's environment.</param>
    /// <param name="folder">The job's folder.</param>
    /// <param name="name">The job's name among those of all keys, for its control group.</param>
    public DetachedRunner Detached(ExecRequest exec, ConnectionEnds ends, JobFolder folder, string name)
    {
        ControlGroup? group = groups?.Of(name);
        return DetachedRunner.Start(folder, launcher, Build, times().Grace, group);

        ProcessSpec Build()
        {
            Dictionary<string, string> login = LoginEnvironment.For(account, exec.Job, ends);
            return Contain(ProcessSpecBuilder.Build(exec, account, login), group);
        }
    }

    private Socket Take(string id, PublicKey owner) => _accepted.Take(id, owner)
        ?? throw new ForwardingException(ForwardFault.NotFound, $"the server does not have the accepted connection {id} any more");

    private TransferHolder HolderOf(Job job) => new(
        _heldFiles, () => job.TryEndAbandoned(EndCause.ByPolicy("its client has gone, and another transfer writes the same file")));

    private FileRoot RootOf(string? root) => root is not null ? FileRoot.Below(root) : FileRoot.Home(account.Home);

    // The next line for the shell finds the status of a built-in in $?.
    private IJobRunner ForLine(string line, Encoding encoding, ConversationPlace place)
    {
        IJobRunner runner = BuiltinTable.ForLine(line) is var (builtin, arguments)
            ? new BuiltinRunner(builtin, new(arguments, visitors), encoding) { Conversation = place.Shell }
            : new LineRunner(place.Shell, line, times());
        return place.Before is { } before ? new FollowingRunner(before, place.Shell, runner) : runner;
    }

    // The command enters its control group before it runs. If there is none, it runs as it is.
    private static ProcessSpec Contain(ProcessSpec command, ControlGroup? group)
        => group is not null && group.TryCreate() ? group.Wrap(command) : command;
}
