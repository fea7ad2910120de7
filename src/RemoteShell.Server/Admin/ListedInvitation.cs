using System.Text.Json;

namespace RemoteShell.Server.Admin;

/// <summary>An invitation that is not used yet, for the administrator.</summary>
/// <param name="Invitation">The name that its client gets.</param>
/// <param name="Options">The options in front of its client's key; null: none.</param>
/// <param name="Expires">Until when it can be used.</param>
public sealed record ListedInvitation(string Invitation, string? Options, DateTimeOffset Expires)
{
    /// <summary>Returns the invitation as one JSON object; docs/json.md describes the fields.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, AdminJson.Readable.ListedInvitation);
}
