using System.Globalization;

namespace RemoteShell.Protocol;

/// <summary>Reads sizes in bytes: <c>65536</c>, <c>64K</c>, <c>16M</c>, <c>1G</c>, <c>2T</c>; also <c>64KiB</c>, in either case.</summary>
/// <remarks>A unit is a power of 1024. <c>KB</c> and its kind are refused: they mean 1000 to one reader and 1024 to another.</remarks>
public static class ByteSize
{
    private const string Units = "KMGT";
    private const int Step = 1024;

    /// <summary>Reads a size; null if the text is not a size, or has more than 63 bits.</summary>
    public static long? TryParse(string text)
    {
        string number = text.EndsWith("iB", StringComparison.OrdinalIgnoreCase) ? text[..^2] : text;
        int power = number.Length == 0 ? 0 : Units.IndexOf(char.ToUpperInvariant(number[^1]), StringComparison.Ordinal) + 1;
        // "5iB" has no unit before the iB.
        if (power == 0 && number.Length != text.Length)
            return null;
        if (power > 0)
            number = number[..^1];
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            return null;
        for (int i = 0; i < power; i++)
        {
            if (count > long.MaxValue / Step)
                return null;
            count *= Step;
        }

        return count;
    }

    /// <summary>The size with the largest unit that divides it.</summary>
    public static string Words(long size)
    {
        int power = 0;
        while (power < Units.Length && size > 0 && size % Step == 0)
        {
            size /= Step;
            power++;
        }

        return power == 0 ? $"{size}" : $"{size}{Units[power - 1]}";
    }
}
