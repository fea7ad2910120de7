namespace RemoteShell.Client;

/// <summary>Where a command's output goes and its input comes from: raw bytes, kept apart. The streams stay the caller's.</summary>
public sealed record CommandStreams
{
    /// <summary>Takes standard output. Default: it is verified and dropped.</summary>
    public Stream Output { get; init; } = Stream.Null;

    /// <summary>Takes standard error. Default: it is verified and dropped.</summary>
    public Stream Error { get; init; } = Stream.Null;

    /// <summary>Gives standard input. Default: none, and the command reads an empty one.</summary>
    public Stream? Input { get; init; }
}
