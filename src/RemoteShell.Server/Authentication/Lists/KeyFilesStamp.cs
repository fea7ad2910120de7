namespace RemoteShell.Server.Authentication.Lists;

/// <summary>What differs once one of the <see cref="KeyFiles"/> has been written or replaced.</summary>
/// <param name="Authorized">The file of the keys that may use the server; null if it cannot be reached.</param>
/// <param name="RevokedPath">The path of the file of the revoked keys; null if none is configured.</param>
/// <param name="Revoked">That file; null if it cannot be reached.</param>
internal sealed record KeyFilesStamp(FileStamp? Authorized, string? RevokedPath, FileStamp? Revoked);
