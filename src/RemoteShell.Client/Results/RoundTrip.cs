namespace RemoteShell.Client;

/// <summary>A ping and its answer, through all that a command goes through but the command.</summary>
/// <param name="Time">From the question to the answer.</param>
/// <param name="ServerTime">What the server's clock said; null where the server does not tell.</param>
/// <param name="Offset">How far the server's clock is ahead of this one; half of <paramref name="Time"/> is the most that it can be off. Null where the server does not tell.</param>
public sealed record RoundTrip(TimeSpan Time, DateTimeOffset? ServerTime, TimeSpan? Offset);
