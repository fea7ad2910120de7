namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the client, first: an operation on the server's files.</summary>
internal sealed record OperationRecord : TransferRecord
{
    /// <summary>What to do: <c>list</c>, <c>stat</c>, <c>remove</c>, <c>rename</c> or <c>make-folder</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The path.</summary>
    public required string Path { get; init; }

    /// <summary>The new path of <c>rename</c>.</summary>
    public string? To { get; init; }

    /// <summary>With <c>list</c> and <c>remove</c>: all that is below; with <c>make-folder</c>: the folders above too.</summary>
    public bool IsRecursive { get; init; }
}
