namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The source of the lines of <c>connect</c> and <c>chat</c>.</summary>
internal interface ILineReader
{
    /// <summary>What Ctrl+C does while a line is awaited; null: it ends the program.</summary>
    Action? Interrupt { get; }

    /// <summary>Written before the next prompt if the output of the last line did not end with a line feed.</summary>
    string AfterPartRow => "";

    /// <summary>Reads the next line; null at the end.</summary>
    /// <param name="folder">The remote folder, for the prompt; null for the user's home.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<string?> ReadAsync(string? folder, CancellationToken cancellationToken);

    /// <summary>Notes the exit status of the last line, for the history.</summary>
    void SetStatus(int status)
    {
    }
}
