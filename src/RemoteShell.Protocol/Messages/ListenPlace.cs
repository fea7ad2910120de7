using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Where a <c>listen</c> job listens: a TCP port, a unix socket, or a unix socket for an agent that the server places.</summary>
/// <remarks>Exactly one of <see cref="Port"/>, <see cref="Socket"/> and <see cref="Agent"/> is set.</remarks>
public sealed record ListenPlace
{
    /// <summary>The address or name; <c>*</c>: all addresses; empty, absent or <c>localhost</c>: both loopback addresses.</summary>
    public string? Host { get; init; }

    /// <summary>The port, 0 to 65535; 0: the server chooses one.</summary>
    public int? Port { get; init; }

    /// <summary>The full path of a unix socket.</summary>
    public string? Socket { get; init; }

    /// <summary>Whether the server makes a socket in a private folder, for an agent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Agent { get; init; }

    /// <summary>The place for people. Not on the wire.</summary>
    [JsonIgnore]
    public string Text => Agent ? "a socket for the agent" : Socket ?? ConnectTarget.TextOf(HostOrLocal, Port ?? 0);

    /// <summary>The host; <c>localhost</c> if none is given. Not on the wire.</summary>
    [JsonIgnore]
    public string HostOrLocal => string.IsNullOrEmpty(Host) ? "localhost" : Host;

    /// <summary>Whether exactly one form is set, and a host only with a port. Not on the wire.</summary>
    [JsonIgnore]
    public bool HasOneForm
        => (Port is null ? 0 : 1) + (Socket is null ? 0 : 1) + (Agent ? 1 : 0) == 1 && (Host is null || Port is not null);

    internal string? FindFault()
        => WireRange.Host("listen.host", Host, 0)
        ?? WireRange.Between("listen.port", Port, 0, ushort.MaxValue)
        ?? WireRange.SocketPath("listen.socket", Socket);
}
