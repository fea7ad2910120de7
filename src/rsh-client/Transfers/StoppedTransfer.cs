namespace RemoteShell.Cli.Client.Transfers;

/// <summary>The message and the hint about an interrupted transfer.</summary>
/// <param name="State">What there is now; null: what is whole stays, and so does the part of the file in hand.</param>
/// <param name="Hint">What the user can do.</param>
internal sealed record StoppedTransfer(string? State, string Hint)
{
    /// <summary>Of files and folders.</summary>
    public static StoppedTransfer Files { get; } = new(null, "the same command again goes on where this one stopped");

    /// <summary>Of standard input, which cannot be read again.</summary>
    public static StoppedTransfer Input { get; } = new(
        "the remote file stays as it was, and nothing of standard input is kept",
        "give the command again, with all of the input");

    /// <summary>To standard output, of which nothing can be taken back.</summary>
    public static StoppedTransfer Output { get; } = new(
        "standard output has only a part of the file", "the same command again begins with the first byte");
}
