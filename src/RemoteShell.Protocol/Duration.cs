using System.Globalization;

namespace RemoteShell.Protocol;

/// <summary>Reads durations: <c>250ms</c>, <c>30s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>. A number without a unit is seconds.</summary>
public static class Duration
{
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)), ("", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Reads a duration from 0 to 45 days. The runtime's timers take at most about 49 days.</summary>
    /// <exception cref="FormatException">The text is not a duration, or the duration is out of range.</exception>
    public static TimeSpan Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        (string suffix, TimeSpan unit) = Units.First(candidate => text.EndsWith(candidate.Suffix, StringComparison.Ordinal));
        const NumberStyles plain = NumberStyles.AllowDecimalPoint;
        bool isNumber = double.TryParse(text[..^suffix.Length], plain, CultureInfo.InvariantCulture, out double count);
        // The comparison is false for NaN too.
        if (!isNumber || !(count * unit.TotalDays <= 45))
            throw new FormatException($"'{text}' is not a duration; write 250ms, 30s, 10m, 2h or 1d, up to 45d");
        return count * unit;
    }
}
