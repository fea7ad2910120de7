using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Lists the connected clients.</summary>
/// <remarks>Byte stream: <c>who</c> out, one <see cref="ConnectionEntry"/> as JSON in each line, oldest first.</remarks>
public sealed record WhoRequest() : OpenRequest("who");

/// <summary>A connection. Its <see cref="From"/> and <see cref="Activity"/> are set for connections with the requester's own key.</summary>
public sealed record ConnectionEntry
{
    /// <summary>The connection's number at this server.</summary>
    public long Id { get; init; }

    /// <summary>The key's name in the server's list of keys. Empty if it has none.</summary>
    public string Name { get; set; } = "";

    /// <summary>When the connection started, in ms since 1970-01-01 UTC.</summary>
    public long Since { get; init; }

    /// <summary>Time in ms since bytes or requests were last sent or received.</summary>
    public long Idle { get; init; }

    /// <summary>Whether the connection has the requester's key.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Own { get; init; }

    /// <summary>The client's address and port, or such as <c>tunnel 7</c> for one without. Absent for other keys.</summary>
    public string? From { get; init; }

    /// <summary>What the client does, as texts for people. Absent for other keys.</summary>
    [JsonPropertyName("doing")]
    public IReadOnlyList<string>? Activity { get; init; }

    internal string? FindFault()
        => WireRange.Between("id", Id, 0, long.MaxValue)
        ?? WireRange.Time("since", Since)
        ?? WireRange.Duration("idle", Idle)
        ?? WireRange.Texts("doing", Activity);
}
