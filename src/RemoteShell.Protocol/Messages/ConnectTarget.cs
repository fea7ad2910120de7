using System.Globalization;
using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Where a forwarded connection leads: a TCP port, a unix socket, or a connection that a <c>listen</c> job has accepted.</summary>
/// <remarks>Exactly one of <see cref="Host"/> with <see cref="Port"/>, <see cref="Socket"/> and <see cref="Accepted"/> is set.</remarks>
public sealed record ConnectTarget
{
    /// <summary>The name or address, as the server resolves it.</summary>
    public string? Host { get; init; }

    /// <summary>The port, 1 to 65535.</summary>
    public int? Port { get; init; }

    /// <summary>The full path of a unix socket.</summary>
    public string? Socket { get; init; }

    /// <summary>The id of a connection that a <c>listen</c> job of the same key has accepted.</summary>
    public string? Accepted { get; init; }

    /// <summary>The target for people. Not on the wire.</summary>
    [JsonIgnore]
    public string Text => Socket ?? (Accepted is null ? TextOf(Host ?? "", Port ?? 0) : $"the accepted connection {Accepted}");

    /// <summary>An address with its port; an IPv6 address is in brackets.</summary>
    internal static string TextOf(string host, int port) => host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{host}]:{port}")
        : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");

    /// <summary>Whether exactly one form is set. Not on the wire.</summary>
    [JsonIgnore]
    public bool HasOneForm => Host is null == Port is null && new[] { Host, Socket, Accepted }.Count(form => form is not null) == 1;

    internal string? FindFault()
        => WireRange.Host("connect.host", Host, 1)
        ?? WireRange.Between("connect.port", Port, 1, ushort.MaxValue)
        ?? WireRange.SocketPath("connect.socket", Socket)
        ?? WireRange.Job("connect.accepted", Accepted);
}
