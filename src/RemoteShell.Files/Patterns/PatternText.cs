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
    public static List<PatternSymbol> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Rune[] runes = [.. text.EnumerateRunes()];
        var symbols = new List<PatternSymbol>(runes.Length);
        int at = 0;
        while (at < runes.Length)
        {
            int rune = runes[at].Value;
            int close = rune is '\'' or '"' ? CloseOf(runes, at) : -1;
            if (close > 0)
            {
                AddQuoted(runes, at, close, symbols);
                at = close + 1;
                continue;
            }

            bool isEscape = rune == '\\' && at + 1 < runes.Length;
            symbols.Add(new(runes[isEscape ? at + 1 : at].Value, !isEscape));
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

    /// <summary>The symbols of a name.</summary>
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

    private static void AddQuoted(Rune[] runes, int open, int close, List<PatternSymbol> symbols)
    {
        for (int at = open + 1; at < close; at++)
        {
            bool isEscape = runes[open].Value == '"' && runes[at].Value == '\\' && runes[at + 1].Value is '"' or '\\' or '$' or '`';
            if (isEscape)
                at++;
            symbols.Add(new(runes[at].Value, IsActive: false));
        }
    }

    private static int CloseOf(Rune[] runes, int open)
    {
        for (int at = open + 1; at < runes.Length; at++)
        {
            if (runes[at] == runes[open])
                return at;
            if (runes[open].Value == '"' && runes[at].Value == '\\')
                at++;
        }

        return -1;
    }
}
