namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>What the shell tells after a line.</summary>
/// <param name="Sequence">The number of the line.</param>
/// <param name="Status">The exit status; null: the shell has read the line, and begins it.</param>
/// <param name="Options">The letters of the shell's options.</param>
/// <param name="Folder">The working directory; empty if the shell does not know it.</param>
internal sealed record StatusRecord(int Sequence, int? Status, string Options, string Folder)
{
    /// <summary>Whether the shell ran the line to its end, and did not drop the rest of it.</summary>
    public bool IsComplete { get; init; }
}
