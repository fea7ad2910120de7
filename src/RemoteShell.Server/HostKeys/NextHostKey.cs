using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.HostKeys;

/// <summary>The key that a server will have instead of its present one.</summary>
/// <param name="Identity">The key. The owner disposes it.</param>
/// <param name="From">When the server begins to use it.</param>
internal sealed record NextHostKey(Identity Identity, DateTimeOffset From);
