namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>Writes a job's standard input to the target, to its end or until the process that reads it is gone.</summary>
internal delegate Task JobInput(Stream target, CancellationToken gone);
