namespace RemoteShell.Files.Partials;

/// <summary>The first line of a record.</summary>
internal sealed record RecordHead
{
    public const int CurrentVersion = 1;

    /// <summary>The format of the lines that follow.</summary>
    public required int Version { get; init; }

    /// <summary>The text of the <see cref="SourceIdentity"/>.</summary>
    public required string Source { get; init; }

    /// <summary>The size of the source in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The boot during which the lines that follow were written.</summary>
    public required string Boot { get; init; }
}
