namespace RemoteShell.Protocol.Recordings;

/// <summary>An event of a recording.</summary>
/// <param name="Interval">Seconds since the previous event.</param>
/// <param name="Kind"><c>o</c>: output; <c>e</c>: standard error, of a server only. Other kinds exist.</param>
/// <param name="Data">The event's data.</param>
public sealed record AsciicastEvent(double Interval, string Kind, string Data);
