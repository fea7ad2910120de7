namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the receiver: it wants the content of an entry.</summary>
/// <param name="Id">The entry.</param>
/// <param name="From">The first byte that it does not have.</param>
internal sealed record WantRecord(long Id, long From) : TransferRecord;
