namespace RemoteShell.Client.Trust;

/// <summary>A line of known_hosts that named a host which is forgotten.</summary>
/// <param name="Line">The number of the line before, counted from 1.</param>
/// <param name="Key">The fingerprint of the key; null if the line has no key that this client knows.</param>
/// <param name="OtherNames">The names that stay in the line; empty: the line was removed.</param>
public sealed record ForgottenHost(int Line, string? Key, IReadOnlyList<string> OtherNames);
