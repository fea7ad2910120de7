namespace RemoteShell.Protocol.Messages;

/// <summary>A line of the <c>stdout</c> of a <c>listen</c> job: where it listens, or a connection that it has accepted.</summary>
public sealed record ListenEntry
{
    // Characters: an address with its port, or the path of a socket.
    private const int MaxPlaceLength = 4096;

    /// <summary>The address and port, or the path of the socket. Absent in the lines after the first.</summary>
    public string? Listening { get; init; }

    /// <summary>The id by which <c>connect</c> takes the connection. Absent in the first line.</summary>
    public string? Accepted { get; init; }

    /// <summary>The address and port of the connection's peer; empty for a unix socket.</summary>
    public string? Peer { get; init; }

    internal string? FindFault()
    {
        if (Listening is null == Accepted is null)
            return "a line must have either 'listening' or 'accepted'";
        return WireRange.Length("listening", Listening, 1, MaxPlaceLength)
            ?? WireRange.Job("accepted", Accepted)
            ?? WireRange.Length("peer", Peer, 0, MaxPlaceLength);
    }
}
