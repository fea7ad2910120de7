namespace RemoteShell.Client;

/// <summary>The streams that a command's output goes to and its input comes from, as raw bytes. The caller disposes them.</summary>
public sealed record CommandStreams
{
    /// <summary>Receives standard output. Default: the output is verified and dropped.</summary>
    public Stream Output { get; init; } = Stream.Null;

    /// <summary>Receives standard error. Default: the output is verified and dropped.</summary>
    public Stream Error { get; init; } = Stream.Null;

    /// <summary>Provides standard input. Default: none, and the command reads an empty one.</summary>
    public Stream? Input { get; init; }

    /// <summary>Called once when both outputs have ended and were verified, if standard error is empty. Default: nothing.</summary>
    /// <remarks>For a forwarded connection this is the end of its bytes, while the other direction may go on.</remarks>
    public Func<Task>? OutputEnded { get; init; }
}
