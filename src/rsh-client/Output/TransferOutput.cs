namespace RemoteShell.Cli.Client.Output;

/// <summary>What the user sees of a transfer.</summary>
internal sealed record TransferOutput
{
    /// <summary>Whether only errors are shown.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>Whether each file is named on standard error.</summary>
    public bool NamesEach { get; init; }

    /// <summary>Whether standard output gets the content of a file. What else would go there goes to standard error then.</summary>
    public bool PrintsContent { get; init; }

    /// <summary>Whether there is a line of JSON for each file.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether there is a line for <c>sha256sum -c</c> for each file.</summary>
    public bool ListsDigests { get; init; }

    /// <summary>Whether nothing is done, and there is a line for each thing that would be done.</summary>
    public bool ListsPlan { get; init; }
}
