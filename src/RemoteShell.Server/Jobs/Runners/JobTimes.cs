namespace RemoteShell.Server.Jobs.Runners;

/// <summary>How long the steps of a job's end may take.</summary>
/// <param name="Grace">The time between TERM and KILL.</param>
/// <param name="Drain">How long to wait for the end of an empty pipe that another process still holds open.</param>
internal sealed record JobTimes(TimeSpan Grace, TimeSpan Drain);
