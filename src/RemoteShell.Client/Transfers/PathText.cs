using System.Text;

namespace RemoteShell.Client.Transfers;

/// <summary>Converts the text of a path to its bytes.</summary>
/// <remarks>A byte that is not UTF-8 is half of a surrogate pair in the text: U+DC80 to U+DCFF, as in Python.</remarks>
internal static class PathText
{
    // Of the byte 0.
    private const int First = 0xDC00;

    /// <summary>The bytes.</summary>
    public static byte[] ToBytes(string path)
    {
        if (!path.Any(char.IsSurrogate))
            return Encoding.UTF8.GetBytes(path);
        using var bytes = new MemoryStream(path.Length);
        int at = 0;
        while (at < path.Length)
        {
            bool isWhole = Rune.TryGetRuneAt(path, at, out Rune rune);
            if (!isWhole && path[at] is >= (char)(First + 0x80) and <= (char)(First + 0xFF))
                bytes.WriteByte((byte)(path[at] - First));
            else
                bytes.Write(Encoding.UTF8.GetBytes((isWhole ? rune : Rune.ReplacementChar).ToString()));
            at += isWhole ? rune.Utf16SequenceLength : 1;
        }

        return bytes.ToArray();
    }

    /// <summary>The path for people and lists: valid text.</summary>
    public static string Shown(string path) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(path));
}
