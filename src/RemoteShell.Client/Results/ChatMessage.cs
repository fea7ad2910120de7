using RemoteShell.Client.Results;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>An event in a chat room.</summary>
public sealed record ChatMessage
{
    /// <summary>What happened.</summary>
    public required ChatEventKind Kind { get; init; }

    /// <summary>The word for it on the wire and in JSON: <c>said</c>, <c>joined</c>, …; also one that this version does not know.</summary>
    public required string KindName { get; init; }

    /// <summary>When it happened, by the server's clock.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The member's name: that of its key at the server, or the beginning of the key's fingerprint.</summary>
    public required string Name { get; init; }

    /// <summary>The member's id, which tells several members with the same name apart.</summary>
    public required string Member { get; init; }

    /// <summary>Whether this client said or did it.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The text; null unless a member said something.</summary>
    public string? Text { get; init; }

    /// <summary>The names of the members after a join; only some of them in a large room.</summary>
    public IReadOnlyList<string>? Present { get; init; }

    /// <summary>The number of members after a join.</summary>
    public int PresentCount { get; init; }

    internal static ChatMessage From(ChatEntry entry, bool isOwn) => new()
    {
        Kind = ParseKind(entry.Event),
        KindName = entry.Event,
        Time = WireTime.FromUnix(entry.Time),
        Name = entry.Name,
        Member = entry.Member,
        IsOwn = isOwn,
        Text = entry.Text,
        Present = entry.Present,
        PresentCount = entry.Count,
    };

    private static ChatEventKind ParseKind(string word) => word switch
    {
        ChatEvent.Said => ChatEventKind.Said,
        ChatEvent.Joined => ChatEventKind.Joined,
        ChatEvent.Left => ChatEventKind.Left,
        ChatEvent.Dropped => ChatEventKind.Dropped,
        _ => ChatEventKind.Unknown,
    };
}
