namespace RemoteShell.BarePump;

/// <summary>Copies bytes in large pieces.</summary>
internal static class Pump
{
    private const int PieceSize = 256 * 1024;

    /// <summary>Copies to the end of the source.</summary>
    public static async Task CopyAsync(Stream source, Stream target)
    {
        byte[] piece = new byte[PieceSize];
        int count;
        while ((count = await source.ReadAsync(piece)) > 0)
            await target.WriteAsync(piece.AsMemory(0, count));
    }
}
