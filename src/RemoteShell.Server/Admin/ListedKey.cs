using System.Text.Json;

namespace RemoteShell.Server.Admin;

/// <summary>A line of <c>authorized_keys</c> that has a key, for the administrator.</summary>
public sealed record ListedKey
{
    /// <summary>The path of the file.</summary>
    public required string File { get; init; }

    /// <summary>The number of the line, counted from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The fingerprint of the key.</summary>
    public required string Key { get; init; }

    /// <summary>The type of the key, such as <c>ssh-ed25519</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The text behind the key; empty if there is none.</summary>
    public required string Name { get; init; }

    /// <summary>The options in front of the key, as in the line; null if there are none.</summary>
    public string? Options { get; init; }

    /// <summary>When the line expires; null: never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whether the line is that of an authority, whose certificates may use the server.</summary>
    public bool Authority { get; init; }

    /// <summary>Why the line permits nothing now: <c>expired</c> or <c>revoked</c>; null if it counts.</summary>
    public string? Unused { get; init; }

    /// <summary>The numbers of the connections with the key; null if no server runs.</summary>
    public IReadOnlyList<long>? Connections { get; init; }

    /// <summary>Returns the line as one JSON object; docs/json.md describes the fields.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, AdminJson.Readable.ListedKey);
}
