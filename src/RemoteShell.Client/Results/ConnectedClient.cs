using RemoteShell.Client.Results;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>A client that is connected to the server.</summary>
/// <remarks>Connections of this client's own key show everything; those of other keys show only that they exist.</remarks>
public sealed record ConnectedClient
{
    /// <summary>The connection's number at this server.</summary>
    public long Id { get; init; }

    /// <summary>The name of the key at the server; empty if it has none.</summary>
    public string Name { get; init; } = "";

    /// <summary>When the client connected, by the server's clock.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Time since the last bytes flowed.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>Whether the connection has this client's key.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The address of the client, or such as <c>tunnel 7</c> for one without; null for another key's connection.</summary>
    public string? From { get; init; }

    /// <summary>What the client does, for people; null for another key's connection.</summary>
    public IReadOnlyList<string>? Doing { get; init; }

    internal static ConnectedClient Create(ConnectionEntry entry) => new()
    {
        Id = entry.Id,
        Name = entry.Name,
        Since = WireTime.FromUnix(entry.Since),
        Idle = WireTime.FromMilliseconds(entry.Idle),
        IsOwn = entry.Own,
        From = entry.From,
        Doing = entry.Activity,
    };
}
