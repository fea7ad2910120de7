namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Where the lines of <c>connect</c> come from.</summary>
internal interface ILineReader
{
    /// <summary>What Ctrl+C does while a line is awaited; null where it gives up.</summary>
    Action? Interrupt { get; }

    /// <summary>The next line; null at the end.</summary>
    /// <param name="folder">The remote folder, for a prompt; null while it is the home.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<string?> ReadAsync(string? folder, CancellationToken cancellationToken);
}
