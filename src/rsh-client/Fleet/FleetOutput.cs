namespace RemoteShell.Cli.Client.Fleet;

/// <summary>How a run tells its results.</summary>
/// <param name="IsJson">As lines of JSON. Default: for people.</param>
/// <param name="IsQuiet">No totals if all hosts are ok. Default: totals always.</param>
/// <param name="IsSilent">No output of the hosts. Default: their output.</param>
internal sealed record FleetOutput(bool IsJson = false, bool IsQuiet = false, bool IsSilent = false);
