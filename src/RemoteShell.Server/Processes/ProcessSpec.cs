namespace RemoteShell.Server.Processes;

/// <summary>A program to start. The process inherits neither environment nor working directory from the server.</summary>
internal sealed record ProcessSpec
{
    /// <summary>The path of the program.</summary>
    public required string Program { get; init; }

    /// <summary>The arguments, exactly as the program receives them, without the program's name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The working directory, which exists.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }
}
