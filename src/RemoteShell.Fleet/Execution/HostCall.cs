using RemoteShell.Client;

namespace RemoteShell.Fleet;

/// <summary>A connection to a host, for what a run does there.</summary>
/// <param name="Client">The connection. It ends after the work.</param>
/// <param name="Token">Cancelled when the run ends early.</param>
/// <param name="Started">When this client began with the host.</param>
/// <param name="Connecting">The time that the connection took.</param>
public sealed record HostCall(RemoteShellClient Client, CancellationToken Token, DateTimeOffset Started, TimeSpan Connecting);
