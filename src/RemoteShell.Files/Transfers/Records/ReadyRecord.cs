namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the server: the transfer begins.</summary>
internal sealed record ReadyRecord : TransferRecord
{
    /// <summary>If the server sends: how many sources there are.</summary>
    public int Sources { get; init; }

    /// <summary>If the server sends: whether the only source is the content of a folder.</summary>
    public bool IsContent { get; init; }

    /// <summary>If the server receives: whether it goes on with a folder that an interrupted transfer has begun.</summary>
    public bool IsContinued { get; init; }
}
