using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>One output stream of a job, as its result has it.</summary>
public sealed record BroadcastOutput
{
    /// <summary>Bytes that the job wrote.</summary>
    public required long Total { get; init; }

    /// <summary>The digest of all of them. Null if the server dropped some before it had read them, as <c>onFull</c> says.</summary>
    public string? Digest { get; init; }

    /// <summary>The first bytes. If all of the output fits, it is here.</summary>
    public ReadOnlyMemory<byte>? Head { get; init; }

    /// <summary>The last bytes, of an output that does not fit.</summary>
    public ReadOnlyMemory<byte>? Tail { get; init; }

    internal string? FindFault(string field)
        => WireRange.Offset($"{field}.total", Total)
        ?? WireRange.Digest($"{field}.digest", Digest)
        ?? ((Head?.Length ?? 0) + (long)(Tail?.Length ?? 0) > Total ? $"'{field}' must not have more bytes than its total" : null);
}
