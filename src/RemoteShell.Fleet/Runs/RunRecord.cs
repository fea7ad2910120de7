namespace RemoteShell.Fleet;

/// <summary>What a run does, as it is kept.</summary>
public sealed record RunRecord
{
    /// <summary>The run's id.</summary>
    public required string Id { get; init; }

    /// <summary>When it began, by this machine's clock.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The words of the command line that began it, without the program's name.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>The working directory of the command line.</summary>
    public required string Folder { get; init; }

    /// <summary>The targets, as the user wrote them.</summary>
    public required string Targets { get; init; }

    /// <summary>What is done on each host, for people.</summary>
    public required string Command { get; init; }

    /// <summary>Whether each host gets a copy of standard input.</summary>
    public bool HasInput { get; init; }

    /// <summary>The number of hosts.</summary>
    public int Hosts { get; init; }
}
