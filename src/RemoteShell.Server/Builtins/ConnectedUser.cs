namespace RemoteShell.Server.Builtins;

/// <summary>A connected user, as all users may see it.</summary>
/// <param name="Id">The connection's number at this server.</param>
/// <param name="Name">The comment of the user's key; empty if there is none.</param>
/// <param name="Since">When the connection began.</param>
internal sealed record ConnectedUser(long Id, string Name, DateTimeOffset Since);
