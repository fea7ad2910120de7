using System.Text;
using RemoteShell.Client.Options;
using RemoteShell.Client.Policies;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>A command and how to run it. It is immutable: each <c>With…</c> method returns a changed copy.</summary>
/// <remarks>
/// <see cref="RemoteShellClient.Command"/> and <see cref="RemoteShellClient.Shell"/> make a command that is bound to a client,
/// and that can run by itself. The static methods of this type make commands for <see cref="RemoteShellClient.StartAsync"/>.
/// </remarks>
public sealed record RemoteCommand
{
    // The disk takes the blocks of a file at an uneven rate. A file is 5 % faster by this than by the default; 4 MiB gain nothing more.
    private const long TransferWindow = 2 * OpenRequest.DefaultWindow;

    private RemoteCommand()
    {
    }

    /// <summary>The job's id. Default: each start gets a new id.</summary>
    public string? JobId { get; init; }

    /// <summary>The working directory; a relative path starts at the user's home. Default: the home.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables to add to the environment of a login. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Variables to remove from the environment of a login. Default: none.</summary>
    public IReadOnlyList<string>? Unset { get; init; }

    /// <summary>Time after which the server ends the command. Default: no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The encoding of the command's line, arguments, folder and variables on the server. Default: UTF-8.</summary>
    /// <remarks>An encoding's name, such as <c>gbk</c>.</remarks>
    public string? Encoding { get; init; }

    /// <summary>The algorithm of the output's digests. Default: CRC-32C.</summary>
    public DigestAlgorithm Digest { get; init; } = DigestAlgorithm.Crc32C;

    /// <summary>What happens to the job when its client disappears without a goodbye.</summary>
    /// <remarks>Default: the server keeps it for 60 s, then ends it.</remarks>
    public DisconnectPolicy OnDisconnect { get; init; } = DisconnectPolicy.KeepFor(TimeSpan.FromSeconds(60));

    /// <summary>What happens when the job's unread output reaches the server's quota. Default: the job pauses.</summary>
    public QuotaPolicy OnFull { get; init; } = QuotaPolicy.Pause;

    /// <summary>Who tells the server that the result and output have arrived. Default: the client, when the command has ended.</summary>
    public Acknowledgement Acknowledgement { get; init; } = Acknowledgement.OnCompletion;

    /// <summary>The terminal of the command; all its output is standard output then. Default: none, and the command gets pipes.</summary>
    public TerminalSettings? Terminal { get; init; }

    /// <summary>The job of the conversation that a line belongs to, or whose folder and variables a command with a terminal gets.</summary>
    /// <remarks>Default: none.</remarks>
    public string? Conversation { get; init; }

    /// <summary>For a line of a conversation: the job of the line that must have run before it. Default: it runs in its turn.</summary>
    /// <remarks>
    /// So that it can be sent while that line runs. It never starts if that line did not start, was sent a signal, was ended by the
    /// server, or ended the shell.
    /// </remarks>
    public string? After { get; init; }

    /// <summary>The command, for people.</summary>
    public string Text
        => ShellLine ?? ConversationLine ?? Kind ?? TransferText ?? ForwardingText
            ?? (IsLogin ? "login shell" : string.Join(' ', Arguments ?? BuiltinWords ?? []));

    // Why no other process can resume the command; null if one can.
    internal string? ResumeFault => this switch
    {
        { JobId: null } => "a command can be resumed only by its job's id",
        { Terminal: not null } or { Kind: not null } => "a command with a terminal is not resumed, but taken over",
        { Acknowledgement: not Acknowledgement.ByCaller } => "only a command that the caller acknowledges can be resumed",
        _ => null,
    };

    internal RemoteShellClient? Client { get; init; }

    internal Stream? OutputTarget { get; init; }

    internal Stream? ErrorTarget { get; init; }

    // Opened for each start, so that text can be sent more than once.
    internal Func<Stream>? InputSource { get; init; }

    private string? ShellLine { get; init; }

    private IReadOnlyList<string>? Arguments { get; init; }

    private IReadOnlyList<string>? BuiltinWords { get; init; }

    private string? ConversationLine { get; init; }

    // One of ConversationKind.
    private string? Kind { get; init; }

    private string? TransferText { get; init; }

    private ConnectTarget? Target { get; init; }

    private ListenPlace? Place { get; init; }

    private string? ForwardingText => this switch
    {
        { Target: { } target } => $"connect to {target.Text}",
        { Place: { } place } => $"listen on {place.Text}",
        _ => null,
    };

    private bool IsLogin { get; init; }

    /// <summary>A command line for the user's shell.</summary>
    public static RemoteCommand Shell(string commandLine) => new() { ShellLine = commandLine };

    /// <summary>A program and its exact arguments, without a shell.</summary>
    public static RemoteCommand Exact(params IReadOnlyList<string> argv) => new() { Arguments = argv };

    /// <summary>The user's login shell.</summary>
    public static RemoteCommand LoginShell() => new() { IsLogin = true };

    /// <summary>One of the server's built-in commands and its arguments.</summary>
    public static RemoteCommand Builtin(params IReadOnlyList<string> words) => new() { BuiltinWords = words };

    /// <summary>A connection from the server to a target: standard input goes there, and standard output comes from there.</summary>
    /// <remarks>It needs standard input, whose end ends the direction to the target. It starts when the server has connected.</remarks>
    public static RemoteCommand Connect(ForwardTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new() { Target = target.ToMessage() };
    }

    internal static RemoteCommand ConnectAccepted(string id) => new() { Target = new() { Accepted = id } };

    internal static RemoteCommand Listen(RemoteListen listen) => new() { Place = listen.ToMessage() };

    internal static RemoteCommand Line(string conversation, string line)
        => new() { ConversationLine = line, Conversation = conversation };

    internal static RemoteCommand Transfer(string text) => new()
    {
        TransferText = text,
        OnDisconnect = DisconnectPolicy.KeepFor(TimeSpan.FromMinutes(10)),
    };

    internal static RemoteCommand StartConversation(ConversationOptions options) => new()
    {
        Kind = options.Mode == ConversationMode.Script ? ConversationKind.Script : ConversationKind.Interactive,
        Encoding = options.Encoding,
        WorkingDirectory = options.WorkingDirectory,
        Environment = options.Environment,
        OnDisconnect = options.OnDisconnect,
    };

    /// <summary>Sets the job's id. Each id can be started only once.</summary>
    public RemoteCommand WithJobId(string id) => this with { JobId = id };

    /// <summary>Sets the working directory; a relative path starts at the user's home.</summary>
    public RemoteCommand WithWorkingDirectory(string folder) => this with { WorkingDirectory = folder };

    /// <summary>Adds a variable to the environment, or replaces it.</summary>
    public RemoteCommand WithEnvironment(string name, string value)
    {
        var variables = new Dictionary<string, string>(Environment ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        variables[name] = value;
        return this with { Environment = variables };
    }

    /// <summary>Removes variables of a login from the environment.</summary>
    public RemoteCommand WithoutEnvironment(params IReadOnlyList<string> names) => this with { Unset = [.. Unset ?? [], .. names] };

    /// <summary>Sets the time after which the server ends the command.</summary>
    public RemoteCommand WithTimeout(TimeSpan time) => this with { Timeout = time };

    /// <summary>Sets the encoding of the command on the server, such as <c>gbk</c>.</summary>
    public RemoteCommand WithEncoding(string name) => this with { Encoding = name };

    /// <summary>Sets the algorithm of the output's digests.</summary>
    public RemoteCommand WithDigest(DigestAlgorithm algorithm) => this with { Digest = algorithm };

    /// <summary>Sets what happens when the client disappears without a goodbye.</summary>
    public RemoteCommand WithDisconnectPolicy(DisconnectPolicy policy) => this with { OnDisconnect = policy };

    /// <summary>Sets what happens when unread output reaches the server's quota.</summary>
    public RemoteCommand WithQuotaPolicy(QuotaPolicy policy) => this with { OnFull = policy };

    /// <summary>Sets who tells the server that the result and output have arrived.</summary>
    public RemoteCommand WithAcknowledgement(Acknowledgement acknowledgement) => this with { Acknowledgement = acknowledgement };

    /// <summary>Gives the command a terminal.</summary>
    public RemoteCommand WithTerminal(TerminalSettings terminal) => this with { Terminal = terminal };

    /// <summary>Reads standard input from a stream. The caller disposes it. A command with such an input can run once.</summary>
    public RemoteCommand WithInput(Stream source) => this with { InputSource = () => source };

    /// <summary>Sends bytes as standard input.</summary>
    public RemoteCommand WithInput(ReadOnlyMemory<byte> bytes)
        => this with { InputSource = () => new MemoryStream(bytes.ToArray(), writable: false) };

    /// <summary>Sends text as standard input, in UTF-8 or the given encoding.</summary>
    public RemoteCommand WithInput(string text, Encoding? encoding = null)
        => WithInput((encoding ?? System.Text.Encoding.UTF8).GetBytes(text));

    /// <summary>Writes standard output to a stream. The caller disposes it.</summary>
    public RemoteCommand WithOutput(Stream target) => this with { OutputTarget = target };

    /// <summary>Writes standard error to a stream. The caller disposes it.</summary>
    public RemoteCommand WithError(Stream target) => this with { ErrorTarget = target };

    internal CommandStreams ToStreams() => new()
    {
        Output = OutputTarget ?? Stream.Null,
        Error = ErrorTarget ?? Stream.Null,
        Input = InputSource?.Invoke(),
    };

    internal ExecRequest ToMessage(string? user, bool withInput) => new()
    {
        Job = JobId ?? Protocol.Messages.JobId.New(),
        Command = ShellLine,
        Argv = Arguments,
        Builtin = BuiltinWords,
        Line = ConversationLine,
        Conversation = Kind,
        Files = TransferText,
        Connect = Target,
        Listen = Place,
        In = Conversation,
        After = After,
        Shell = IsLogin,
        Tty = Terminal?.ToMessage(),
        ClientToken = Terminal is null && Kind is null ? null : Protocol.Messages.JobId.New(),
        Cwd = WorkingDirectory,
        Env = Environment,
        Unset = Unset,
        Encoding = Encoding,
        Timeout = Timeout is { } time ? (long)Math.Ceiling(time.TotalMilliseconds) : null,
        Digest = DigestAlgorithmWords.Of(Digest),
        OnDisconnect = OnDisconnect.ToString(),
        OnFull = QuotaPolicyWords.ToWord(OnFull),
        Stdin = withInput,
        User = user,
        Window = TransferText is null ? OpenRequest.DefaultWindow : TransferWindow,
    };

    // A record prints all its members; values of variables may be secrets.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("JobId = ").Append(JobId).Append(", Command = ").Append(Text);
        return true;
    }
}
