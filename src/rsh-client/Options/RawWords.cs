using System.Buffers;
using System.Text;
using RemoteShell.Cli.Arguments;

namespace RemoteShell.Cli.Client.Options;

/// <summary>The words of the command line as the parent of this process gave them. The framework replaces what is not UTF-8.</summary>
/// <remarks>
/// A byte that is not UTF-8 is half of a surrogate pair in the text: U+DC80 to U+DCFF, as in Python. Valid text does not have it. The
/// library takes such paths.
/// </remarks>
internal static class RawWords
{
    // Of the byte 0.
    private const int First = 0xDC00;

    // What the framework puts in place of a byte.
    private const char Replacement = '\uFFFD';

    /// <summary>Whether the framework may have replaced a byte of the word.</summary>
    public static bool MayBeDamaged(string word) => word.Contains(Replacement, StringComparison.Ordinal);

    /// <summary>Whether the word has a byte that is not UTF-8.</summary>
    public static bool IsRaw(string word)
    {
        for (int i = 0; i < word.Length; i++)
        {
            if (IsByte(word[i]) && (i == 0 || !char.IsHighSurrogate(word[i - 1])))
                return true;
        }

        return false;
    }

    /// <summary>The refusal of a word that has a byte that is not UTF-8.</summary>
    public static UsageException Refusal(string word, string hint)
        => new($"'{word}' has bytes that are not UTF-8, and cannot be passed on", hint);

    /// <summary>The arguments of this process with all their bytes; null if the system does not tell.</summary>
    /// <param name="args">The arguments as the framework has read them.</param>
    public static string[]? Read(IReadOnlyList<string> args)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        byte[] all;
        try
        {
            all = File.ReadAllBytes("/proc/self/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        List<string> words = [];
        ReadOnlySpan<byte> rest = all;
        while (rest.Length > 0)
        {
            int end = rest.IndexOf((byte)0);
            words.Add(Of(end < 0 ? rest : rest[..end]));
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        // The name of the program stands before them, and perhaps that of the framework.
        return words.Count > args.Count ? [.. words.TakeLast(args.Count)] : null;
    }

    /// <summary>The bytes of a word.</summary>
    public static byte[] ToBytes(string word)
    {
        using var bytes = new MemoryStream(word.Length);
        for (int at = 0; at < word.Length;)
        {
            bool isWhole = Rune.TryGetRuneAt(word, at, out Rune rune);
            if (!isWhole && IsByte(word[at]))
                bytes.WriteByte((byte)(word[at] - First));
            else
                bytes.Write(Encoding.UTF8.GetBytes((isWhole ? rune : Rune.ReplacementChar).ToString()));
            at += isWhole ? rune.Utf16SequenceLength : 1;
        }

        return bytes.ToArray();
    }

    /// <summary>The text of a word.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            bool isValid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int count) == OperationStatus.Done;
            if (isValid)
                text.Append(rune.ToString());
            for (int i = 0; i < count && !isValid; i++)
                text.Append((char)(First + bytes[i]));
            bytes = bytes[count..];
        }

        return text.ToString();
    }

    private static bool IsByte(char c) => c is >= (char)(First + 0x80) and <= (char)(First + 0xFF);
}
