using RemoteShell.Files.Partials;

namespace RemoteShell.Files.Tests.Partials;

/// <summary>Content that is known at each offset.</summary>
internal static class Content
{
    public const int Size = 64 * 1024 * 1024, Step = 64 * 1024;

    public static SourceIdentity Source { get; } = new("source 1");

    public static void Fill(long offset, Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)((offset + i) * 31 ^ ((offset + i) >> 11));
    }

    public static byte[] Of(long offset, long count)
    {
        var bytes = new byte[count];
        Fill(offset, bytes);
        return bytes;
    }
}
