namespace RemoteShell.Fleet;

/// <summary>A host that runs at this moment.</summary>
/// <param name="Target">The host.</param>
/// <param name="Since">When it was begun.</param>
public sealed record RunningHost(RunTarget Target, DateTimeOffset Since);
