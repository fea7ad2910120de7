namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>A line of the journal: a job began, or it ended.</summary>
internal sealed record JournalLine(string Id, string Owner, JobRecord? Began = null, JobEnding? Ended = null);
