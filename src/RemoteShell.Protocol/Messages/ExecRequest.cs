using System.Text;
using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Runs a command as a job. Exactly one of <see cref="Command"/>, <see cref="Argv"/>, <see cref="Builtin"/>, <see cref="Line"/> and <see cref="Shell"/> says which.</summary>
/// <remarks>Byte streams: <c>stdin</c> in; <c>stdout</c> and <c>stderr</c> out, and <c>session</c> for a <see cref="Line"/>.</remarks>
public sealed record ExecRequest() : OpenRequest("exec")
{
    /// <summary>The job's id, of the client's making.</summary>
    public required string Job { get; init; }

    /// <summary>A command line for the user's shell.</summary>
    public string? Command { get; init; }

    /// <summary>A program and its exact arguments; no shell touches them.</summary>
    public IReadOnlyList<string>? Argv { get; init; }

    /// <summary>One of the server's built-ins and its arguments.</summary>
    public IReadOnlyList<string>? Builtin { get; init; }

    /// <summary>A line of a prompt: a built-in where its first word names one, else a command line whose folder and exported variables come back in the stream <c>session</c>.</summary>
    public string? Line { get; init; }

    /// <summary>The user's login shell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Shell { get; init; }

    /// <summary>The terminal that the command gets; absent: pipes. What it shows is <c>stdout</c>, and digests count from where a stream begins on its channel.</summary>
    public TerminalRequest? Tty { get; init; }

    /// <summary>With <see cref="Tty"/>: a name of the client's making for this conversation, the same when it is repeated, by which a client that was replaced is known.</summary>
    public string? Holder { get; init; }

    /// <summary>The working directory; absent: the user's home. A relative one counts from there.</summary>
    public string? Cwd { get; init; }

    /// <summary>Additions to the environment.</summary>
    public IReadOnlyDictionary<string, string>? Env { get; init; }

    /// <summary>Variables to take out of the environment.</summary>
    public IReadOnlyList<string>? Unset { get; init; }

    /// <summary>The encoding in which the command is given its line, arguments, folder and variables, and in which a built-in writes; absent: UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>Milliseconds until the command is ended; absent: never.</summary>
    public long? Timeout { get; init; }

    /// <summary>Whether the stream <c>stdin</c> will come; otherwise the command reads an empty one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Stdin { get; init; }

    /// <summary>What happens when the client is gone without a goodbye: <c>kill</c>, <c>keep</c>, or <c>keep:DURATION</c>; absent: <c>kill</c>.</summary>
    public string? OnDisconnect { get; init; }

    /// <summary>What happens when what nobody has read reaches the quota: <c>hold</c>, <c>drop-oldest</c>, or <c>kill</c>; absent: <c>hold</c>.</summary>
    public string? OnFull { get; init; }

    /// <summary>Whether the job is to live without a client and without the server; then the channel is over when it has started.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Detach { get; init; }

    /// <summary>Where the streams go on, when the request is repeated after a cut.</summary>
    public IReadOnlyDictionary<string, StreamPosition>? Streams { get; init; }

    /// <summary>The user who is asked for; absent: whoever the server runs as.</summary>
    public string? User { get; init; }

    /// <summary>Names without values: a record prints all it has, and the values of variables are nobody's business.</summary>
    protected override bool PrintMembers(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("Channel = ").Append(Channel).Append(", Job = ").Append(Job);
        text.Append(", Command = ").Append(Command ?? Line ?? (Shell ? "login shell" : null) ?? string.Join(' ', Argv ?? Builtin ?? []));
        text.Append(", Env = ").AppendJoin(' ', Env?.Keys ?? []);
        return true;
    }
}

/// <summary>What a <see cref="ExecRequest.Line"/> left behind, as JSON in the stream <c>session</c>.</summary>
/// <param name="Cwd">The working directory at its end.</param>
/// <param name="Env">Exported variables that differ from a login's.</param>
/// <param name="Unset">Variables of a login that are gone.</param>
public sealed record ShellState(string Cwd, IReadOnlyDictionary<string, string> Env, IReadOnlyList<string> Unset)
{
    // See Exec: names only.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Cwd = ").Append(Cwd).Append(", Env = ").AppendJoin(' ', Env.Keys);
        return true;
    }
}
