using System.Text;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>What to run, and in which surroundings. It never changes: <c>with</c> makes another.</summary>
public sealed record RemoteCommand
{
    private RemoteCommand()
    {
    }

    /// <summary>The job's id. Default: a new one.</summary>
    public string JobId { get; init; } = Protocol.Messages.JobId.New();

    /// <summary>The working directory. Default: the user's home; a relative one counts from there.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Additions to the environment of a login. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Variables to take out of the environment of a login. Default: none.</summary>
    public IReadOnlyList<string>? Unset { get; init; }

    /// <summary>Time after which the command is ended. Default: never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The encoding in which the command is given its line, arguments, folder and variables, such as <c>gbk</c>. Default: none, which means UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>The algorithm of the output's digests: <c>crc32c</c> or <c>sha256</c>. Default: <c>crc32c</c>.</summary>
    public string Digest { get; init; } = "crc32c";

    /// <summary>What happens to it when this client is gone without a goodbye. Default: it is kept for 60 s, and then ended.</summary>
    public OnDisconnect OnDisconnect { get; init; } = OnDisconnect.KeepFor(TimeSpan.FromSeconds(60));

    /// <summary>What happens when what nobody has read of it reaches the server's quota: one of <see cref="Protocol.Messages.OnFull"/>. Default: it is held back.</summary>
    public string OnFull { get; init; } = Protocol.Messages.OnFull.Pause;

    /// <summary>The terminal that it gets; its output is all in <see cref="CommandStreams.Output"/> then. Default: none, but pipes.</summary>
    public TerminalRequest? Terminal { get; init; }

    /// <summary>The command as people know it.</summary>
    public string Text => ToMessage(user: null, withInput: false).CommandText;

    private string? Command { get; init; }

    private IReadOnlyList<string>? Argv { get; init; }

    private IReadOnlyList<string>? Words { get; init; }

    private string? Typed { get; init; }

    private bool IsLogin { get; init; }

    /// <summary>A command line for the user's shell.</summary>
    public static RemoteCommand Shell(string commandLine) => new() { Command = commandLine };

    /// <summary>A program and its exact arguments; no shell touches them.</summary>
    public static RemoteCommand Exact(params IReadOnlyList<string> argv) => new() { Argv = argv };

    /// <summary>The user's login shell.</summary>
    public static RemoteCommand LoginShell() => new() { IsLogin = true };

    /// <summary>One of the server's built-ins and its arguments.</summary>
    public static RemoteCommand Builtin(params IReadOnlyList<string> words) => new() { Words = words };

    /// <summary>A line of a prompt: a built-in where its first word names one, else a command line. <see cref="CommandResult.Session"/> tells what it left behind.</summary>
    public static RemoteCommand Line(string line) => new() { Typed = line };

    internal ExecRequest ToMessage(string? user, bool withInput) => new()
    {
        Job = JobId,
        Command = Command,
        Argv = Argv,
        Builtin = Words,
        Line = Typed,
        Shell = IsLogin,
        Tty = Terminal,
        ClientToken = Terminal is null ? null : Protocol.Messages.JobId.New(),
        Cwd = WorkingDirectory,
        Env = Environment,
        Unset = Unset,
        Encoding = Encoding,
        Timeout = Timeout is { } time ? (long)Math.Ceiling(time.TotalMilliseconds) : null,
        Digest = Digest,
        OnDisconnect = OnDisconnect.ToString(),
        OnFull = OnFull == Protocol.Messages.OnFull.Pause ? null : OnFull,
        Stdin = withInput,
        User = user,
    };

    // A record prints all it has; the values of variables are nobody's business.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("JobId = ").Append(JobId).Append(", Command = ").Append(Text);
        return true;
    }
}
