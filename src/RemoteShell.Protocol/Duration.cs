using System.Globalization;

namespace RemoteShell.Protocol;

/// <summary>Reads durations: <c>250ms</c>, <c>30s</c>, <c>1.5m</c>, <c>1h30m</c>, <c>1d</c>. A number without a unit is seconds.</summary>
/// <remarks>
/// One or more numbers, each with a unit, from the largest unit to the smallest, each unit once. A number is decimal digits, and the
/// last number may have a fraction. No sign, no exponent, no space.
/// </remarks>
public static class Duration
{
    // Longer than any duration up to the limit needs. It bounds the time to parse.
    private const int MaxLength = 64;

    private static readonly TimeSpan Max = TimeSpan.FromDays(45);

    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>Reads a duration from 0 to 45 days. The runtime's timers take at most about 49 days.</summary>
    /// <exception cref="FormatException">The text is not a duration, or the duration is out of range.</exception>
    public static TimeSpan Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        double? ticks = text.Length > MaxLength ? null : Ticks(char.IsAsciiDigit(text.LastOrDefault()) ? $"{text}s" : text);
        // The comparison is false for null too.
        if (!(ticks <= Max.Ticks))
            throw new FormatException($"'{text}' is not a duration; write 250ms, 30s, 10m, 1h30m or 1d, up to 45d");
        return TimeSpan.FromTicks((long)Math.Round(ticks.Value));
    }

    // Null if the text is not a duration.
    private static double? Ticks(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> rest = text;
        double? ticks = text.Length == 0 ? null : 0;
        bool hasFraction = false;
        for (int next = 0; rest.Length > 0; next++)
        {
            int digits = rest.IndexOfAnyExcept("0123456789.");
            int letters = digits < 0 ? -1 : rest[digits..].IndexOfAnyInRange('0', '9');
            ReadOnlySpan<char> unit = digits < 0 ? default : rest.Slice(digits, letters < 0 ? rest.Length - digits : letters);
            while (next < Units.Length && !unit.SequenceEqual(Units[next].Suffix))
                next++;
            if (next == Units.Length || hasFraction || !IsNumber(rest[..digits]))
                return null;
            hasFraction = rest[..digits].Contains('.');
            ticks += double.Parse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * Units[next].Unit.Ticks;
            rest = rest[(digits + unit.Length)..];
        }

        return ticks;
    }

    private static bool IsNumber(ReadOnlySpan<char> text)
        => text.Length > 0 && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[^1]) && text.Count('.') <= 1;
}
