using System.Buffers;
using System.Text;
using RemoteShell.Files.Matching;

namespace RemoteShell.Files.Patterns;

/// <summary>Converts between text, symbols and bytes. A symbol is a Unicode character, or <see cref="RawByte"/> and a byte.</summary>
internal static class PatternText
{
    /// <summary>The first symbol after all Unicode characters. It stands for a byte 0 that is not UTF-8.</summary>
    public const int RawByte = 0x110000;

    /// <summary>Reads a text, and removes its quotes.</summary>
    /// <remarks>A quote that is not closed, and a backslash at the end, stand for themselves.</remarks>
    public static List<PatternSymbol> Read(ReadOnlySpan<byte> text)
    {
        int[] read = Symbols(text);
        var symbols = new List<PatternSymbol>(read.Length);
        int at = 0;
        while (at < read.Length)
        {
            int close = read[at] is '\'' or '"' ? CloseOf(read, at) : -1;
            if (close > 0)
            {
                AddQuoted(read, at, close, symbols);
                at = close + 1;
                continue;
            }

            bool isEscape = read[at] == '\\' && at + 1 < read.Length;
            symbols.Add(new(read[isEscape ? at + 1 : at], !isEscape));
            at += isEscape ? 2 : 1;
        }

        return symbols;
    }

    /// <summary>Whether the symbol makes its component a pattern.</summary>
    /// <remarks>As in a shell, <c>[</c> without <c>]</c> stands for itself, and so matches only a name that has it.</remarks>
    public static bool IsWildcard(PatternSymbol symbol) => symbol is { IsActive: true, Symbol: '*' or '?' or '[' };

    /// <summary>Makes a path of symbols that are not a pattern. A quoted <c>~</c> at the beginning does not mean a home folder.</summary>
    public static byte[] ToPath(IReadOnlyList<PatternSymbol> symbols)
    {
        byte[] path = ToBytes(symbols);
        return symbols.Count > 0 && symbols[0] is { IsActive: false, Symbol: '~' } ? [.. "./"u8, .. path] : path;
    }

    /// <summary>The bytes of symbols.</summary>
    public static byte[] ToBytes(IEnumerable<PatternSymbol> symbols)
    {
        using var bytes = new MemoryStream();
        Span<byte> encoded = stackalloc byte[4];
        foreach (PatternSymbol symbol in symbols)
        {
            if (symbol.Symbol >= RawByte)
                bytes.WriteByte((byte)(symbol.Symbol - RawByte));
            else
                bytes.Write(encoded[..new Rune(symbol.Symbol).EncodeToUtf8(encoded)]);
        }

        return bytes.ToArray();
    }

    /// <summary>The symbols of a text or name.</summary>
    public static int[] Symbols(ReadOnlySpan<byte> name)
    {
        var symbols = new List<int>(name.Length);
        while (name.Length > 0)
        {
            bool isValid = Rune.DecodeFromUtf8(name, out Rune rune, out int count) == OperationStatus.Done;
            symbols.Add(isValid ? rune.Value : RawByte + name[0]);
            name = name[(isValid ? count : 1)..];
        }

        return [.. symbols];
    }

    private static void AddQuoted(int[] read, int open, int close, List<PatternSymbol> symbols)
    {
        for (int at = open + 1; at < close; at++)
        {
            bool isEscape = read[open] == '"' && read[at] == '\\' && read[at + 1] is '"' or '\\' or '$' or '`';
            if (isEscape)
                at++;
            symbols.Add(new(read[at], IsActive: false));
        }
    }

    private static int CloseOf(int[] read, int open)
    {
        for (int at = open + 1; at < read.Length; at++)
        {
            if (read[at] == read[open])
                return at;
            if (read[open] == '"' && read[at] == '\\')
                at++;
        }

        return -1;
    }
}
