using RemoteShell.Client.Connections;

namespace RemoteShell.Client.Requests;

/// <summary>A job that the server has accepted.</summary>
/// <param name="Request">The conversation about it.</param>
/// <param name="Id">The job's id.</param>
/// <param name="Completion">The verified result.</param>
/// <param name="Size">The size of the local terminal; null for a command without one.</param>
internal sealed record StartedJob(ResumableRequest Request, string Id, Task<CommandResult> Completion, LocalTerminalSize? Size)
{
    /// <summary>Whether the job has a terminal.</summary>
    public bool HasTerminal { get; init; }

    /// <summary>For a conversation: the path of its shell.</summary>
    public string? Shell { get; init; }

    /// <summary>For a conversation: the working directory of its shell; null if it is not known.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The offsets at which the streams begin here; empty for a job that was started here.</summary>
    public IReadOnlyDictionary<OutputStream, long> Begins { get; init; } = new Dictionary<OutputStream, long>();
}
