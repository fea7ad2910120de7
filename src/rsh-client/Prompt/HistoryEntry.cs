namespace RemoteShell.Cli.Client.Prompt;

/// <summary>A line of the history file: a command, or the exit status of an earlier one.</summary>
internal sealed record HistoryEntry
{
    /// <summary>The same for a command and its exit status.</summary>
    public string? Id { get; init; }

    /// <summary>The command; null for the exit status of one.</summary>
    public string? Text { get; init; }

    /// <summary>The server, as the user named it; null if it is not known.</summary>
    public string? Host { get; init; }

    /// <summary>When the command was started.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The exit status; null while it is not known.</summary>
    public int? Status { get; init; }
}
