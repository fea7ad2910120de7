using RemoteShell.Files.Partials;

namespace RemoteShell.Files.Transfers;

/// <summary>What of the metadata of an entry would be set.</summary>
internal sealed record MetadataPlan
{
    /// <summary>What would be set: <c>mode, time</c>; null: nothing.</summary>
    public required string? ToSet { get; init; }

    /// <summary>What is wanted, and could not be set.</summary>
    public required UnsetMetadata Unset { get; init; }
}
