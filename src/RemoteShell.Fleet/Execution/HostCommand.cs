using RemoteShell.Client;

namespace RemoteShell.Fleet;

/// <summary>What a run does on one host.</summary>
/// <param name="Connection">How to reach the host.</param>
/// <param name="Command">The command. The run gives it its job's id.</param>
public sealed record HostCommand(ClientOptions Connection, RemoteCommand Command);
