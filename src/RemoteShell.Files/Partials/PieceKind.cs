namespace RemoteShell.Files.Partials;

/// <summary>What a piece of a partial file contains.</summary>
internal enum PieceKind
{
    /// <summary>Bytes, with a checksum.</summary>
    Data,

    /// <summary>A hole.</summary>
    Hole,
}
