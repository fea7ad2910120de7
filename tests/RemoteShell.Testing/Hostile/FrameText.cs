using System.Text;

namespace RemoteShell.Testing.Hostile;

/// <summary>Shows frames in the message of a test that failed.</summary>
public static class FrameText
{
    private const int MaxShown = 400;

    /// <summary>Returns a line for each frame, in ASCII.</summary>
    public static string Of(IEnumerable<byte[]> frames) => string.Join('\n', frames.Select(Of));

    private static string Of(byte[] frame)
    {
        var text = new StringBuilder("  ");
        foreach (byte b in frame.Skip(4).Take(MaxShown))
            text.Append(b is >= 0x20 and < 0x7f ? ((char)b).ToString() : $"\\x{b:x2}");
        return text.Append(frame.Length > MaxShown ? $"… ({frame.Length} bytes)" : "").ToString();
    }
}
