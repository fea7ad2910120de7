using RemoteShell.Client.Policies;
using RemoteShell.Client.Results;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>A job in the server's list.</summary>
public sealed record JobInfo
{
    /// <summary>The job's id.</summary>
    public required string Id { get; init; }

    /// <summary>The state.</summary>
    public required JobState State { get; init; }

    /// <summary>The word for the state on the wire and in JSON: <c>running</c>, <c>held</c> or <c>ended</c>.</summary>
    /// <remarks>It can be a word that this version does not know.</remarks>
    public required string StateName { get; init; }

    /// <summary>When the job started, by the server's clock.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>Time from start to end, or until now.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How the job ended; null while it runs.</summary>
    public CommandOutcome? Outcome { get; init; }

    /// <summary>The word for the outcome on the wire and in JSON; null while the job runs.</summary>
    public string? OutcomeName { get; init; }

    /// <summary>The exit status, as in <see cref="CommandResult.ExitCode"/>; null while the job runs.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended the job, without SIG; null if no signal did.</summary>
    public string? Signal { get; init; }

    /// <summary>Why the job ended, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Bytes written so far, by the stream's name.</summary>
    /// <remarks>The names are <c>stdout</c>, <c>stderr</c>, and <c>session</c> for a line of a prompt.</remarks>
    public IReadOnlyDictionary<string, long> Bytes { get; init; } = new Dictionary<string, long>();

    /// <summary>The command, for people.</summary>
    public string Command { get; init; } = "";

    /// <summary>Whether the job runs without a client and outlives the server.</summary>
    public bool IsDetached { get; init; }

    /// <summary>Whether the job has a terminal.</summary>
    public bool HasTerminal { get; init; }

    /// <summary>Whether the job is the shell of a conversation, which a client can take over.</summary>
    public bool IsConversation { get; init; }

    /// <summary>For a line of a conversation: the conversation's job; null for other jobs.</summary>
    public string? Conversation { get; init; }

    /// <summary>What happens when the client disappears: the text of a <see cref="DisconnectPolicy"/>.</summary>
    public string OnDisconnect { get; init; } = "keep";

    /// <summary>What happens when unread output reaches the quota.</summary>
    public QuotaPolicy OnFull { get; init; }

    /// <summary>The number of clients that are attached now.</summary>
    public int AttachedClients { get; init; }

    internal static JobInfo From(JobEntry entry) => new()
    {
        Id = entry.Job,
        State = ParseState(entry.State),
        StateName = entry.State,
        Started = WireTime.FromUnix(entry.Started),
        Duration = WireTime.FromMilliseconds(entry.Duration),
        Outcome = entry.Outcome is { } outcome ? CommandOutcomeWords.Parse(outcome) : null,
        OutcomeName = entry.Outcome,
        ExitCode = entry.Code,
        Signal = entry.Signal,
        Reason = entry.Reason,
        Bytes = entry.Bytes,
        Command = entry.Command,
        IsDetached = entry.Detached,
        HasTerminal = entry.Tty,
        IsConversation = entry.Conversation,
        Conversation = entry.In,
        OnDisconnect = entry.OnDisconnect,
        OnFull = QuotaPolicyWords.Parse(entry.OnFull),
        AttachedClients = entry.Attached,
    };

    private static JobState ParseState(string word) => word switch
    {
        "running" => JobState.Running,
        "held" => JobState.Paused,
        "ended" => JobState.Ended,
        _ => JobState.Unknown,
    };
}
