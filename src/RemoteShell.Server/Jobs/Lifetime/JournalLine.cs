using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>A line of the journal: a job began, its command leads a session, or it ended.</summary>
internal sealed record JournalLine(
    string Id, string Owner, JobRecord? Began = null, JobEnding? Ended = null, SessionIdentity? Session = null);
