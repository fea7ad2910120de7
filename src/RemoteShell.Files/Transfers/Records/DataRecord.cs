namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the sender: the next bytes of a file, in the body.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Size">The number of bytes before compression; 0 if they are not compressed.</param>
internal sealed record DataRecord(long Id, int Size) : TransferRecord;
