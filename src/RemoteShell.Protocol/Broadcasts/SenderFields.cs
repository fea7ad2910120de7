namespace RemoteShell.Protocol.Broadcasts;

// The fields of a request that every version has.
internal sealed record SenderFields
{
    public required string Run { get; init; }

    public required string Key { get; init; }
}
