namespace RemoteShell.Cli.Client.Ssh;

/// <summary>What a command line of ssh asks for.</summary>
internal enum SshAction
{
    /// <summary>Run a command, a shell or forwards.</summary>
    Connect,

    /// <summary>Print the version (<c>-V</c>).</summary>
    PrintVersion,

    /// <summary>Print the settings of the host (<c>-G</c>).</summary>
    PrintSettings,

    /// <summary>Print the algorithms of a kind (<c>-Q</c>).</summary>
    PrintAlgorithms,

    /// <summary>Ask the process that keeps the connection (<c>-O</c>).</summary>
    Control,
}
