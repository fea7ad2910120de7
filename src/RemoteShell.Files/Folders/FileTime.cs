namespace RemoteShell.Files.Folders;

/// <summary>A time of a file, since 1970-01-01 UTC.</summary>
/// <param name="Seconds">Whole seconds; negative before 1970.</param>
/// <param name="Nanoseconds">0 to 999,999,999, which are added to the seconds.</param>
public readonly record struct FileTime(long Seconds, int Nanoseconds);
