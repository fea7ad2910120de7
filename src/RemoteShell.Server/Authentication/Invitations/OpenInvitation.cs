namespace RemoteShell.Server.Authentication.Invitations;

/// <summary>An invitation that is not used yet.</summary>
/// <param name="Name">The name that the client gets in the list of authorized keys.</param>
/// <param name="Options">The options in front of its key; empty: none.</param>
/// <param name="Expires">Until when it can be used.</param>
public sealed record OpenInvitation(string Name, string Options, DateTimeOffset Expires);
