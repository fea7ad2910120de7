namespace RemoteShell.Protocol.Recordings;

/// <summary>The header line of an asciicast, version 3.</summary>
/// <param name="Version">The version of the format.</param>
/// <param name="Term">The terminal.</param>
/// <param name="Timestamp">When the recording began, in seconds since 1970.</param>
/// <param name="Command">The command.</param>
/// <param name="Title">The title; null: none.</param>
/// <param name="Rsh">What was recorded; null if a server did not record it. Not a part of the format.</param>
public sealed record AsciicastHeader(
    int Version, AsciicastTerminal Term, long Timestamp, string Command, string? Title, AsciicastSource? Rsh = null);
