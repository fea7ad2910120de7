using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>A run, while this client runs it.</summary>
/// <param name="Run">The run as it is kept.</param>
/// <param name="Origin">Whether an earlier client may have begun.</param>
/// <param name="Stop">Ends it early.</param>
/// <param name="View">Shows the output.</param>
/// <param name="Output">The output of its hosts, as it is kept.</param>
internal sealed record FleetRound(KeptRun Run, RunOrigin Origin, RunStop Stop, FleetView View, KeptOutput Output);
