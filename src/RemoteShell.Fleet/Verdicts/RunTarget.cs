namespace RemoteShell.Fleet;

/// <summary>A host of a run.</summary>
/// <param name="Host">The host, as <c>[user@]name[:port]</c>.</param>
/// <param name="Job">The id of its job, chosen before anything starts.</param>
public sealed record RunTarget(string Host, string Job);
