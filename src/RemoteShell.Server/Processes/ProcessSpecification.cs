namespace RemoteShell.Server.Processes;

/// <summary>A program to start: all of it, nothing is taken from the server's own surroundings.</summary>
internal sealed record ProcessSpec
{
    /// <summary>The program's path.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments, exact.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>An existing folder.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }
}
