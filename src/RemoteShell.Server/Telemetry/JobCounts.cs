namespace RemoteShell.Server.Telemetry;

/// <summary>The jobs that a server knows, at one moment. Each job counts once.</summary>
/// <param name="Running">Those that run, and may write.</param>
/// <param name="Paused">Those that run, and wait for room for their output.</param>
/// <param name="Held">Those that have ended, and whose output waits for a client.</param>
/// <param name="Ended">Those that have ended, and of which only the record is left, or files of a detached job.</param>
/// <param name="OutputBytes">Bytes of output that no client has acknowledged, in memory and in spill files.</param>
/// <param name="DiskBytes">Bytes of output on disk: spill files, and files of detached jobs.</param>
internal readonly record struct JobCounts(int Running, int Paused, int Held, int Ended, long OutputBytes, long DiskBytes);
