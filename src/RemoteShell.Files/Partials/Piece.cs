namespace RemoteShell.Files.Partials;

/// <summary>A recorded piece of a partial file.</summary>
/// <param name="Kind">What it contains.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The offset after its last byte.</param>
/// <param name="Checksum">CRC-32C of its bytes; of a hole that of zeros.</param>
/// <param name="RecordLength">The length of the record up to and including the piece's line, in bytes.</param>
/// <param name="RecordCheck">The check of that line, which the check of the next line continues.</param>
internal sealed record Piece(PieceKind Kind, long Start, long End, uint Checksum, long RecordLength, uint RecordCheck);
