namespace RemoteShell.Benchmarks.Comparison;

/// <summary>What to compare, with which programs.</summary>
internal sealed record CompareOptions
{
    /// <summary>The folder with the native programs.</summary>
    public required string Programs { get; init; }

    /// <summary>The folder with the bare pump.</summary>
    public required string Pump { get; init; }

    /// <summary>The folder with a ReadyToRun client. Default: null, for no rows of it.</summary>
    public string? Ready { get; init; }

    /// <summary>Number of rounds. One more round warms up.</summary>
    public required int Rounds { get; init; }

    /// <summary>The file to write, without its extension.</summary>
    public required string Report { get; init; }

    /// <summary>Text that a row's name must contain. Default: null, for all rows.</summary>
    public string? Only { get; init; }
}
