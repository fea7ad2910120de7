using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Lists who is connected. Byte stream: <c>who</c> out, a <see cref="ConnectionEntry"/> as JSON in each line, the oldest first.</summary>
public sealed record WhoRequest() : OpenRequest("who");

/// <summary>A connection, as far as the asker may see it: all of one with the asker's own key, of another that it is there.</summary>
public sealed record ConnectionEntry
{
    /// <summary>Its number at this server.</summary>
    public long Id { get; init; }

    /// <summary>The name that its key carries at the server; empty where it carries none.</summary>
    public string Name { get; set; } = "";

    /// <summary>Since when, in milliseconds since 1970-01-01 UTC.</summary>
    public long Since { get; init; }

    /// <summary>Milliseconds since something last flowed.</summary>
    public long Idle { get; init; }

    /// <summary>Whether it has the asker's key.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Own { get; init; }

    /// <summary>Where it comes from; absent for another's.</summary>
    public string? From { get; init; }

    /// <summary>What it does, in words; absent for another's.</summary>
    public IReadOnlyList<string>? Doing { get; init; }
}
