namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>What <see cref="DisconnectPolicy"/> decides when a job's client has left.</summary>
/// <param name="KeepsRunning">Whether the job runs on for as long as it likes, whatever its on-disconnect option says.</param>
/// <param name="Cause">Why the job ends now; null: it does not end now.</param>
internal readonly record struct DisconnectVerdict(bool KeepsRunning, EndCause? Cause);
