using System.Text.Json.Serialization;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>What is known of a job from its beginning and never changes, as stored on disk.</summary>
internal sealed record JobRecord
{
    // In ms: 45 days, the largest timeout of a request.
    private const long MaxTimeout = 45L * 24 * 60 * 60 * 1000;

    /// <summary>The id, which the client made.</summary>
    public required string Id { get; init; }

    /// <summary>The key of the client that started the job, as text.</summary>
    public required string Owner { get; init; }

    /// <summary>The command, for people, cut as <see cref="KeptText"/> says.</summary>
    public required string Command { get; init; }

    /// <summary>When the client asked for the job.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>In the text form of <see cref="Protocol.Messages.OnDisconnect"/>.</summary>
    public required string OnDisconnect { get; init; }

    /// <summary>One of <see cref="Protocol.Messages.OnFull"/>.</summary>
    public required string OnFull { get; init; }

    /// <summary>Whether the job runs on without a client and without the server.</summary>
    public bool Detached { get; init; }

    /// <summary>Whether the job has a terminal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tty { get; init; }

    /// <summary>Whether the job is the shell of a conversation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Conversation { get; init; }

    /// <summary>Whether the job transfers files.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Files { get; init; }

    /// <summary>Whether the job forwards connections. Not on disk: such a job ends with the server.</summary>
    [JsonIgnore]
    public bool IsForwarding { get; init; }

    /// <summary>Whether another process may repeat the request, also after the result was delivered. Not on disk.</summary>
    /// <remarks>The ids of the jobs of an earlier server are kept in any case.</remarks>
    [JsonIgnore]
    public bool IsResumable { get; init; }

    /// <summary>The SHA-256 of the signed request that started the job, as hex digits; null: a client did. Not on disk.</summary>
    [JsonIgnore]
    public string? SignedRequest { get; init; }

    /// <summary>For a line of a conversation: the conversation's job.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? In { get; init; }

    /// <summary>Whether another client of the same key can take the job over.</summary>
    [JsonIgnore]
    public bool CanBeTakenOver => Tty || Conversation;

    /// <summary>The timeout in ms; null: none.</summary>
    public long? Timeout { get; init; }

    /// <summary>Bytes on disk for the output, as the options of the key say; null: the server's limit of each job.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? OutputQuota { get; init; }

    /// <summary>For a detached job that is recorded: the name of the file; null: it is not recorded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Recording { get; init; }

    /// <summary>The system's boot that the job started in: process ids and <see cref="Clock"/> mean nothing after another boot.</summary>
    public string? Boot { get; init; }

    /// <summary><see cref="SystemClock.Now"/> when the client asked for the job; null in a record of an earlier version.</summary>
    public long? Clock { get; init; }

    /// <summary>What is wrong with a record that was read from the disk; null if it can be used.</summary>
    public string? Fault() => this switch
    {
        _ when !JobId.IsValid(Id) => "the id is not valid",
        _ when In is not null && !JobId.IsValid(In) => "the id of the conversation is not valid",
        _ when !Protocol.Messages.OnFull.IsKnown(OnFull) => "the on-full policy is not known",
        _ when Recording is not null && Recording != Path.GetFileName(Recording) => "the name of the recording is not valid",
        { OutputQuota: < 0 } => "the quota is out of range",
        { Timeout: <= 0 or > MaxTimeout } => "the timeout is out of range",
        _ when !CanParse(OnDisconnect) => "the on-disconnect policy is not known",
        _ => null,
    };

    private static bool CanParse(string policy)
    {
        try
        {
            Protocol.Messages.OnDisconnect.Parse(policy);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }
}
