namespace RemoteShell.Server.Presence;

/// <summary>What a connection does: one of its requests.</summary>
/// <param name="Text">The request, for people.</param>
/// <param name="IsWaiting">
/// Whether the request may be silent for long, and its connection is not idle then: a command without a terminal, or a wait for a job.
/// </param>
internal sealed record Activity(string Text, bool IsWaiting);
