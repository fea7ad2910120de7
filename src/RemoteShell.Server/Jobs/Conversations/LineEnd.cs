using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>How a line ended: exactly one of the three is set.</summary>
internal sealed record LineEnd
{
    /// <summary>What the shell told.</summary>
    public StatusRecord? Told { get; init; }

    /// <summary>How the shell ended during the line.</summary>
    public ProcessExit? ShellExit { get; init; }

    /// <summary>Why the shell was ended; null: it ended by itself, or a client ended it.</summary>
    public string? Reason { get; init; }

    /// <summary>Why nothing of the line ran.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether the line was cancelled before its turn; then <see cref="Fault"/> says so.</summary>
    public bool WasCancelled { get; init; }

    /// <summary>The streams that processes of the line still hold open. What they write later belongs to the conversation.</summary>
    public IReadOnlyList<string> Held { get; init; } = [];
}
