using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>
/// A line of the journal: a job began, its command leads a session, it ended, ids were used by jobs that are not remembered any more, or
/// used ids may be missing.
/// </summary>
/// <param name="Id">The job's id; null in a line of used ids, and empty in one about missing ids.</param>
/// <param name="Owner">The key that started the jobs, as text; empty in a line about missing ids of all keys.</param>
/// <param name="Began">The job's record, if it began.</param>
/// <param name="Session">The session that the job's command leads, if it is known.</param>
/// <param name="Ended">How the job ended, if it ended.</param>
/// <param name="Used">The used ids, with the time at which each job was removed or forgotten, in ms since 1970-01-01 UTC.</param>
/// <param name="CompleteSince">Ids that were used before may be missing: a time of <see cref="SystemClock"/>.</param>
/// <param name="Written">When the line was written.</param>
internal sealed record JournalLine(
    string? Id,
    string Owner,
    JobRecord? Began = null,
    SessionIdentity? Session = null,
    JobEnding? Ended = null,
    IReadOnlyDictionary<string, long>? Used = null,
    long? CompleteSince = null,
    ClockReading? Written = null);
