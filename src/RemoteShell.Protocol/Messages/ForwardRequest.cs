namespace RemoteShell.Protocol.Messages;

/// <summary>Connects to a TCP port that the server can reach. Byte streams: <c>in</c> to the port, <c>out</c> from it.</summary>
/// <remarks>It ends with its channel: it cannot be repeated after a reconnect.</remarks>
public sealed record ForwardRequest() : OpenRequest("forward")
{
    /// <summary>The name or address, as the server resolves it.</summary>
    public required string Host { get; init; }

    /// <summary>The port, 1 to 65535.</summary>
    public required int Port { get; init; }

    internal override string? FindFault()
        => base.FindFault()
        ?? WireRange.Host("host", Host, 1)
        ?? WireRange.Between("port", Port, 1, ushort.MaxValue);
}
