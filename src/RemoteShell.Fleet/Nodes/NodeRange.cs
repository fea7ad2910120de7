using System.Globalization;

namespace RemoteShell.Fleet.Nodes;

/// <summary>Numbers of a bracket: <c>5</c>, <c>1-10</c> or <c>001-010/3</c>.</summary>
/// <param name="First">The first number.</param>
/// <param name="Last">The last number that may occur, at least <paramref name="First"/>.</param>
/// <param name="Step">At least 1.</param>
/// <param name="Width">The number of digits, if numbers have zeros before them; otherwise 0.</param>
internal sealed record NodeRange(long First, long Last, long Step, int Width)
{
    /// <summary>How a range is written.</summary>
    public const string Hint = "write a range as web[1-20], web[001-020,035] or web[0-10/2]";

    // So that a number fits into 64 bits.
    private const int MaxDigits = 18;

    /// <summary>How many numbers it has.</summary>
    public long Count => (Last - First) / Step + 1;

    /// <summary>Reads the text between the brackets.</summary>
    /// <exception cref="NodeSetException">It is not a list of ranges.</exception>
    public static IReadOnlyList<NodeRange> ParseAll(string text) => [.. text.Split(',').Select(part => Parse(part.Trim(), text))];

    /// <summary>The numbers, as they stand in names.</summary>
    public IEnumerable<string> Numbers()
    {
        string format = $"D{Math.Max(Width, 1)}";
        for (long i = 0; i < Count; i++)
            yield return (First + i * Step).ToString(format, CultureInfo.InvariantCulture);
    }

    private static NodeRange Parse(string part, string whole)
    {
        int slash = part.IndexOf('/', StringComparison.Ordinal);
        string range = slash < 0 ? part : part[..slash];
        int dash = range.IndexOf('-', StringComparison.Ordinal);
        string first = (dash < 0 ? range : range[..dash]).Trim(), last = dash < 0 ? first : range[(dash + 1)..].Trim();
        if (part.Length == 0)
            throw Wrong(whole, "has an empty range");
        long from = Number(first, whole), to = Number(last, whole), step = slash < 0 ? 1 : Number(part[(slash + 1)..].Trim(), whole);
        if (from > to)
            throw Wrong(whole, $"ends before it begins: {part}");
        if (step < 1 || (step > 1 && dash < 0))
            throw Wrong(whole, $"has a step that means nothing: {part}");
        bool isPadded = IsPadded(first) || IsPadded(last);
        if (isPadded && first.Length != last.Length)
            throw Wrong(whole, $"has bounds of different length, one with zeros before it: {part}");
        return new(from, to, step, isPadded ? first.Length : 0);
    }

    private static long Number(string text, string whole)
    {
        if (text.Length == 0 || text.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            throw Wrong(whole, text.Length == 0 ? "lacks a number" : $"has '{text}', which is not a number");
        return text.Length <= MaxDigits
            ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
            : throw Wrong(whole, $"has a number of more than {MaxDigits} digits");
    }

    private static bool IsPadded(string text) => text.Length > 1 && text[0] == '0';

    private static NodeSetException Wrong(string whole, string reason) => new($"the range [{whole}] {reason}") { Hint = Hint };
}
