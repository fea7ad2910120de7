namespace RemoteShell.Server.Authentication.Invitations;

/// <summary>An invitation as the server keeps it. The secret is not in it: the name of the file has its hash.</summary>
/// <param name="Name">The name that the client gets in the list of authorized keys.</param>
/// <param name="Options">The options in front of its key; empty: none.</param>
/// <param name="Expires">Until when it can be used.</param>
internal sealed record InvitationEntry(string Name, string Options, DateTimeOffset Expires);
