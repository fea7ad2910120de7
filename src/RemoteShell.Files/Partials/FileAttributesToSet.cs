using RemoteShell.Files.Folders;

namespace RemoteShell.Files.Partials;

/// <summary>What a finished file gets before it has its name. What is null is not set.</summary>
public sealed record FileAttributesToSet
{
    /// <summary>The 12 bits of the mode. Null is that of a new file: 0666 without the umask.</summary>
    public int? Mode { get; init; }

    /// <summary>The time of the last modification.</summary>
    public FileTime? Modified { get; init; }

    /// <summary>The owner's id. If this process may not set it, the owner stays, and set-user-ID and set-group-ID are not set.</summary>
    public uint? User { get; init; }

    /// <summary>The group's id. If this process may not set it, the group stays, and set-user-ID and set-group-ID are not set.</summary>
    public uint? Group { get; init; }

    /// <summary>Extended attributes.</summary>
    public IReadOnlyList<FileAttribute>? Attributes { get; init; }
}
