namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the sender: all of a folder was named.</summary>
/// <param name="Path">The path of the folder.</param>
/// <param name="IsComplete">Whether the sender could read all of it.</param>
internal sealed record EndOfFolderRecord(string Path, bool IsComplete) : TransferRecord;
