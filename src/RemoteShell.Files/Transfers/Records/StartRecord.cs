namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the client, first: what the server does.</summary>
internal sealed record StartRecord : TransferRecord
{
    /// <summary>The server sends what is at <see cref="Paths"/>.</summary>
    public const string Send = "send";

    /// <summary>The server receives into the only one of <see cref="Paths"/>.</summary>
    public const string Receive = "receive";

    /// <summary><see cref="Send"/> or <see cref="Receive"/>.</summary>
    public required string Role { get; init; }

    /// <summary>The paths at the server; for <see cref="Send"/> they may be patterns.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>For <see cref="Send"/>: whether the paths are escaped, because a byte of them is not UTF-8. Others always are.</summary>
    public bool IsEscaped { get; init; }

    /// <summary>How many sources the client sends.</summary>
    public int Sources { get; init; }

    /// <summary>What is transferred, and how.</summary>
    public required TransferRules Rules { get; init; }

    internal override bool HasAllElements => Paths.All(path => path is not null) && (Rules.Filter ?? []).All(line => line is not null);
}
