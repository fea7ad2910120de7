namespace RemoteShell.Testing.Hostile;

/// <summary>What a hostile peer sends on one connection.</summary>
/// <param name="Frames">Whole frames, except that each may be damaged.</param>
/// <param name="IsDamaged">Whether a frame is damaged or announces a longer body than it has, so that the peer may wait for more.</param>
public sealed record RandomConversation(IReadOnlyList<byte[]> Frames, bool IsDamaged)
{
    public byte[] Bytes => Concatenate(Frames);

    internal static byte[] Concatenate(IReadOnlyList<byte[]> frames)
    {
        byte[] all = new byte[frames.Sum(frame => frame.Length)];
        int at = 0;
        foreach (byte[] frame in frames)
        {
            frame.CopyTo(all, at);
            at += frame.Length;
        }

        return all;
    }
}
