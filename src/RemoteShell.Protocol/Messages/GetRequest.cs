namespace RemoteShell.Protocol.Messages;

/// <summary>Reads a file to its end. Its digest counts from the file's beginning, also when the bytes do not. Byte stream: <c>file</c> out.</summary>
public sealed record GetRequest() : OpenRequest("get")
{
    /// <summary>The file; a relative path counts from the user's home.</summary>
    public required string Path { get; init; }

    /// <summary>Where to go on after a cut; absent: at the beginning.</summary>
    public StreamPosition? Position { get; init; }

    /// <summary>After a cut: when the file was last changed, as <c>opened</c> said it. Another file is not gone on with.</summary>
    public long? Modified { get; init; }

    /// <summary>The user who is asked for; absent: whoever the server runs as.</summary>
    public string? User { get; init; }
}
