namespace RemoteShell.Cli.Server.Output;

/// <summary>How a line of the table looks where colours are allowed.</summary>
internal enum StatusLineKind
{
    /// <summary>As it is.</summary>
    Text,

    /// <summary>Bold.</summary>
    Title,

    /// <summary>In reverse, over the whole width.</summary>
    Headings,

    /// <summary>Faint.</summary>
    Faint,
}
