using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>Why a server started nothing for a signed request, or has no result of it any more.</summary>
public sealed record BroadcastRefusal
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>The reason, for people.</summary>
    public string Text { get; set; } = "";

    /// <summary>What to do about it, for people.</summary>
    [JsonPropertyName("cure")]
    public string? Hint { get; init; }
}
