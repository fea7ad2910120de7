namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the sender: the next bytes of a file are zeros that take no space.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Size">The number of bytes.</param>
internal sealed record HoleRecord(long Id, long Size) : TransferRecord;
