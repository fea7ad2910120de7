namespace RemoteShell.Client;

/// <summary>A ping and its answer.</summary>
/// <param name="Time">Time from the ping to the answer.</param>
/// <param name="ServerTime">The server's clock; null if the server does not send it.</param>
/// <param name="Offset">
/// How far the server's clock is ahead of this one, with an error of at most half of <paramref name="Time"/>.
/// Null if the server does not send its clock.
/// </param>
public sealed record RoundTrip(TimeSpan Time, DateTimeOffset? ServerTime, TimeSpan? Offset);
