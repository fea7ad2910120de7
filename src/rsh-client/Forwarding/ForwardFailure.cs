namespace RemoteShell.Cli.Client.Forwarding;

/// <summary>What happens if a forward cannot be set up.</summary>
internal enum ForwardFailure
{
    /// <summary>The program ends.</summary>
    Ends,

    /// <summary>A message says so, and the program goes on.</summary>
    IsTold,
}
