namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Shows no output.</summary>
internal sealed class SilentView : FleetView;
