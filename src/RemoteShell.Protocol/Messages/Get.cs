namespace RemoteShell.Protocol.Messages;

/// <summary>Reads a file from its beginning to its end. Byte stream: <c>file</c> out.</summary>
public sealed record Get() : Open("get")
{
    /// <summary>The file; a relative path counts from the user's home.</summary>
    public required string Path { get; init; }

    /// <summary>The user who is asked for; absent: whoever the server runs as.</summary>
    public string? User { get; init; }
}
