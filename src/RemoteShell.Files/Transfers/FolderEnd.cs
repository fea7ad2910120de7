using RemoteShell.Files.Partials;

namespace RemoteShell.Files.Transfers;

/// <summary>How a folder was completed: whether it has the mode, owner, attributes and time that it shall have.</summary>
internal sealed record FolderEnd
{
    /// <summary>Nothing was to be set, or all of it was.</summary>
    public static FolderEnd Done { get; } = new();

    /// <summary>Why something could not be set or listed; null: nothing failed.</summary>
    public string? Fault { get; init; }

    /// <summary>What of the source's metadata was wanted, and could not be set.</summary>
    public UnsetMetadata Unset { get; init; }
}
