namespace RemoteShell.Files.Transfers.Records;

/// <summary>The last record of a side.</summary>
internal sealed record EndRecord : TransferRecord;
