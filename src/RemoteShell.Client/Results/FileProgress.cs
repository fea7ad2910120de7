namespace RemoteShell.Client;

/// <summary>How much of a file has arrived.</summary>
/// <param name="Bytes">Bytes that have arrived.</param>
/// <param name="Size">The size of the file in bytes; 0 if it is unknown.</param>
public readonly record struct FileProgress(long Bytes, long Size);
