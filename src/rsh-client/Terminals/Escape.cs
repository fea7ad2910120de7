namespace RemoteShell.Cli.Client.Terminals;

/// <summary>What an escape asks of this program.</summary>
internal enum Escape
{
    /// <summary>Nothing: it was not an escape.</summary>
    None,

    /// <summary>End the connection and the job.</summary>
    End,

    /// <summary>End the connection; the job runs on.</summary>
    Detach,

    /// <summary>Show the list of escapes.</summary>
    Help,
}
