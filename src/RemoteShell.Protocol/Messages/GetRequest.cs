namespace RemoteShell.Protocol.Messages;

/// <summary>Reads a file to its end. Byte stream: <c>file</c> out.</summary>
/// <remarks>The digest is that of the whole file, even if the stream continues in the middle.</remarks>
public sealed record GetRequest() : OpenRequest("get")
{
    /// <summary>The file. A relative path is relative to the user's home.</summary>
    public required string Path { get; init; }

    /// <summary>Where to continue after a reconnect. Absent: at the beginning.</summary>
    public StreamPosition? Position { get; init; }

    /// <summary>After a reconnect: the file's time of change, as in <c>opened</c>. The server refuses if the file was changed.</summary>
    public long? Modified { get; init; }

    /// <summary>The user to read as. Absent: the server's user.</summary>
    public string? User { get; init; }

    internal override string? FindFault()
        => base.FindFault() ?? WireRange.Position("position", Position) ?? WireRange.Time("modified", Modified);
}
