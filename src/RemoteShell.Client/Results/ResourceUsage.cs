namespace RemoteShell.Client;

/// <summary>The processor time of a command and its children.</summary>
/// <param name="User">Time in user mode.</param>
/// <param name="System">Time in the kernel.</param>
public sealed record ResourceUsage(TimeSpan User, TimeSpan System);
