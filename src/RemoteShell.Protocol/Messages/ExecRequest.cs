using System.Text;
using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Runs a command as a job.</summary>
/// <remarks>
/// Exactly one of <see cref="Command"/>, <see cref="Argv"/>, <see cref="Builtin"/>, <see cref="Line"/>, <see cref="Shell"/>,
/// <see cref="Conversation"/>, <see cref="Files"/>, <see cref="Connect"/> and <see cref="Listen"/> is set.
/// Byte streams: <c>stdin</c> in; <c>stdout</c> and <c>stderr</c> out.
/// </remarks>
public sealed record ExecRequest() : OpenRequest("exec")
{
    // Characters.
    internal const int MaxTokenLength = 64;

    // In ms: 45 days. A .NET timer takes at most 49 days.
    private const long MaxTimeout = 45L * 24 * 60 * 60 * 1000;

    // In ms: longer than any clock has run.
    private const long MaxAge = WireRange.LastTime;

    // A command line may have more arguments than any list in another message, up to what a header can hold.
    private const int MaxTexts = int.MaxValue;

    /// <summary>The job's id, which the client chooses. See <see cref="JobId"/>.</summary>
    public required string Job { get; init; }

    /// <summary>A command line for the user's shell.</summary>
    public string? Command { get; init; }

    /// <summary>A program and its exact arguments, without a shell.</summary>
    public IReadOnlyList<string>? Argv { get; init; }

    /// <summary>One of the server's built-ins and its arguments.</summary>
    public IReadOnlyList<string>? Builtin { get; init; }

    /// <summary>A line of a conversation: a built-in if its first word names one, else a command line for the shell.</summary>
    /// <remarks>It may have several lines of text. Requires <see cref="In"/>.</remarks>
    public string? Line { get; init; }

    /// <summary>Starts a shell that runs the lines of a conversation. One of <see cref="ConversationKind"/>.</summary>
    /// <remarks>
    /// The streams carry what the lines left in the background writes later. Digests and takeover are those of a job with a terminal.
    /// </remarks>
    public string? Conversation { get; init; }

    /// <summary>Transfers files: what the client does, for people.</summary>
    /// <remarks><c>stdin</c> and <c>stdout</c> carry the records of the transfer.</remarks>
    public string? Files { get; init; }

    /// <summary>Connects, and carries bytes: <c>stdin</c> goes to the connection, and <c>stdout</c> comes from it.</summary>
    public ConnectTarget? Connect { get; init; }

    /// <summary>Listens. <c>stdout</c> carries a <see cref="ListenEntry"/> as JSON in each line.</summary>
    public ListenPlace? Listen { get; init; }

    /// <summary>The job of the conversation that a <see cref="Line"/> belongs to.</summary>
    /// <remarks>With <see cref="Command"/> and <see cref="Tty"/>: the command gets the folder and the variables of that shell.</remarks>
    public string? In { get; init; }

    /// <summary>For a <see cref="Line"/>: the job of the line before, which the shell must have run. Absent: any.</summary>
    public string? After { get; init; }

    /// <summary>Whether to run the user's login shell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Shell { get; init; }

    /// <summary>The terminal for the command. Absent: pipes.</summary>
    /// <remarks><c>stdout</c> carries what the terminal shows. Each digest starts where the stream starts on its channel.</remarks>
    public TerminalRequest? Tty { get; init; }

    /// <summary>With <see cref="Tty"/> or <see cref="Conversation"/>: an id that the client chooses.</summary>
    /// <remarks>
    /// A repetition after a reconnect has the same. The server uses it to refuse a client that another client has replaced.
    /// </remarks>
    [JsonPropertyName("holder")]
    public string? ClientToken { get; init; }

    /// <summary>The working directory. A relative path is relative to the user's home. Absent: the user's home.</summary>
    public string? Cwd { get; init; }

    /// <summary>Additions to the environment.</summary>
    public IReadOnlyDictionary<string, string>? Env { get; init; }

    /// <summary>Variables to remove from the environment.</summary>
    public IReadOnlyList<string>? Unset { get; init; }

    /// <summary>The encoding of the command line, arguments, folder and variables, and of a built-in's output. Absent: UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>Time in ms after which the command is ended. Absent: no limit.</summary>
    public long? Timeout { get; init; }

    /// <summary>Whether the client sends the stream <c>stdin</c>. If not, the command reads an empty one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Stdin { get; init; }

    /// <summary>What to do when the client disconnects: <c>kill</c>, <c>keep</c> or <c>keep:DURATION</c>. Absent: <c>kill</c>.</summary>
    public string? OnDisconnect { get; init; }

    /// <summary>What to do when unread output reaches the quota. One of <see cref="Messages.OnFull"/>. Absent: <c>hold</c>.</summary>
    public string? OnFull { get; init; }

    /// <summary>Whether the job runs without a client, and survives the server. The channel then ends when the job has started.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Detach { get; init; }

    /// <summary>Where the streams continue, if the request is repeated after a reconnect.</summary>
    public IReadOnlyDictionary<string, StreamPosition>? Streams { get; init; }

    /// <summary>The time in ms since this request may have been sent first. Absent: no other process repeats the request.</summary>
    /// <remarks>An unknown job is then started only if the server remembers all ids of that time.</remarks>
    public long? Age { get; init; }

    /// <summary>The user to run as. Absent: the server's user.</summary>
    public string? User { get; init; }

    /// <summary>The command as one line for people, in lists, logs and notices. Not on the wire.</summary>
    [JsonIgnore]
    public string CommandText => this switch
    {
        { Command: { } command } => command,
        { Line: { } line } => line,
        { Shell: true } => "login shell",
        { Conversation: { } kind } => $"conversation ({kind})",
        { Files: { } files } => files,
        { Connect: { } target } => $"connect to {target.Text}",
        { Listen: { } place } => $"listen on {place.Text}",
        _ => string.Join(' ', Argv ?? Builtin ?? []),
    };

    /// <summary>Whether the job forwards connections: it has no process. Not on the wire.</summary>
    [JsonIgnore]
    public bool IsForwarding => Connect is not null || Listen is not null;

    /// <summary>Whether another client of the same key can take the job over: it has a terminal, or is a conversation.</summary>
    [JsonIgnore]
    public bool CanBeTakenOver => Tty is not null || Conversation is not null;

    internal override string? FindFault()
        => base.FindFault()
        ?? WireRange.Job("job", Job)
        ?? WireRange.Texts("argv", Argv, MaxTexts)
        ?? WireRange.Texts("builtin", Builtin, MaxTexts)
        ?? WireRange.Texts("unset", Unset, MaxTexts)
        ?? WireRange.Texts("env", Env)
        ?? WireRange.Between("timeout", Timeout, 1, MaxTimeout)
        ?? WireRange.Between("age", Age, 0, MaxAge)
        ?? Tty?.Validate()
        ?? WireRange.Length("holder", ClientToken, 0, MaxTokenLength)
        ?? WireRange.Word("conversation", Conversation)
        ?? Connect?.FindFault()
        ?? Listen?.FindFault()
        ?? WireRange.Job("in", In)
        ?? WireRange.Job("after", After)
        ?? WireRange.Positions(Streams, "stdout", "stderr");

    /// <summary>Prints the names of variables only, because their values may be secret.</summary>
    protected override bool PrintMembers(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("Channel = ").Append(Channel).Append(", Job = ").Append(Job);
        text.Append(", Command = ").Append(CommandText);
        text.Append(", Env = ").AppendJoin(' ', Env?.Keys ?? []);
        return true;
    }
}
