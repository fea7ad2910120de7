using RemoteShell.Files.Folders;

namespace RemoteShell.Client;

/// <summary>A file, folder, link or device on the server.</summary>
public sealed record RemoteEntry
{
    /// <summary>The name, or the path below the listed folder; bytes that are not UTF-8 as <c>\xNN</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>The size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>The permission bits.</summary>
    public UnixFileMode Mode { get; init; }

    /// <summary>When the content was changed, to 100 ns.</summary>
    public DateTimeOffset Modified { get; init; }

    /// <summary>The owner's name; the number if it has none.</summary>
    public string User { get; init; } = "";

    /// <summary>The group's name; the number if it has none.</summary>
    public string Group { get; init; } = "";

    /// <summary>Where a link points to; null for others.</summary>
    public string? Target { get; init; }
}
