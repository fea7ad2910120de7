using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>Where a server listens for connections that it forwards to this machine.</summary>
public sealed record RemoteListen
{
    private RemoteListen()
    {
    }

    /// <summary>A unix socket in a private folder that the server makes, for the connections of an agent.</summary>
    public static RemoteListen Agent { get; } = new() { IsAgent = true };

    /// <summary>The address; empty for a unix socket.</summary>
    public string Host { get; private init; } = "";

    /// <summary>The port; 0: the server chooses one; null for a unix socket.</summary>
    public int? Port { get; private init; }

    /// <summary>The full path of the unix socket; null for a TCP port, and for an agent's.</summary>
    public string? Path { get; private init; }

    /// <summary>Whether it is the socket of an agent.</summary>
    public bool IsAgent { get; private init; }

    /// <summary>A TCP port.</summary>
    /// <param name="host">
    /// An address of the server or a name; <c>*</c>: all addresses; empty or <c>localhost</c>: both loopback addresses.
    /// </param>
    /// <param name="port">The port, 0 to 65535; 0: the server chooses one.</param>
    public static RemoteListen Tcp(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        return new() { Host = host, Port = port };
    }

    /// <summary>A unix socket, which only the server's user can connect to.</summary>
    /// <param name="path">The full path at the server.</param>
    public static RemoteListen Unix(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new() { Path = path };
    }

    /// <summary>The place, for people.</summary>
    public override string ToString() => ToMessage().Text;

    internal RemoteListen WithPort(int port) => this with { Port = port };

    internal ListenPlace ToMessage() => this switch
    {
        { IsAgent: true } => new() { Agent = true },
        { Path: { } path } => new() { Socket = path },
        _ => new() { Host = Host, Port = Port },
    };
}
