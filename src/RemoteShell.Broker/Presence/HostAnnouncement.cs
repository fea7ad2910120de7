using System.Text.Json;

namespace RemoteShell.Broker.Presence;

/// <summary>What a host says about itself at the broker. Nothing in it is proved.</summary>
public sealed record HostAnnouncement
{
    /// <summary>The name under which clients reach it.</summary>
    public required string Name { get; init; }

    /// <summary>The groups of which it says that it is a member. Default: none.</summary>
    public IReadOnlyList<string> Groups { get; set; } = [];

    /// <summary>The version of its <c>rsh-broker</c>.</summary>
    public string Version { get; set; } = "";

    /// <summary>Its server's key, as in <c>authorized_keys</c>; null if its server did not answer.</summary>
    public string? Key { get; init; }

    /// <summary>Since when it is connected, in ms since 1970-01-01 UTC, by its own clock.</summary>
    public long Since { get; init; }

    /// <summary>The announcement as JSON in UTF-8, as it stands in the bucket.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, AnnouncementJson.Default.HostAnnouncement);
}
