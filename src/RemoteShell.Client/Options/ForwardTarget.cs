using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client;

/// <summary>Where a forwarded connection leads: a TCP port or a unix socket, at the server or at this machine.</summary>
public sealed record ForwardTarget
{
    private ForwardTarget()
    {
    }

    /// <summary>The name or address; null for a unix socket.</summary>
    public string? Host { get; private init; }

    /// <summary>The port; 0 for a unix socket.</summary>
    public int Port { get; private init; }

    /// <summary>The full path of the unix socket; null for a TCP port.</summary>
    public string? Path { get; private init; }

    /// <summary>A TCP port.</summary>
    /// <param name="host">The name or address, as the machine that connects resolves it.</param>
    /// <param name="port">The port, 1 to 65535.</param>
    public static ForwardTarget Tcp(string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        return new() { Host = host, Port = port };
    }

    /// <summary>A unix socket.</summary>
    /// <param name="path">The full path.</param>
    public static ForwardTarget Unix(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new() { Path = path };
    }

    /// <summary>The address with its port, or the path.</summary>
    public override string ToString() => Path ?? new HostAddress(Host!, Port).ToString();

    internal ConnectTarget ToMessage() => Path is null ? new() { Host = Host, Port = Port } : new() { Socket = Path };
}
