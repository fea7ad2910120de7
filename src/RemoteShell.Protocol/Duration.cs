using System.Globalization;

namespace RemoteShell.Protocol;

/// <summary>Lengths of time as people write them: <c>250ms</c>, <c>30s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>; a bare number is seconds.</summary>
public static class Duration
{
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)), ("", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Reads one; it must not be negative, nor longer than 45 days, which is what timers reach.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TimeSpan Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        (string suffix, TimeSpan unit) = Units.First(candidate => text.EndsWith(candidate.Suffix, StringComparison.Ordinal));
        const NumberStyles plain = NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(text[..^suffix.Length], plain, CultureInfo.InvariantCulture, out double count) || !(count * unit.TotalDays <= 45))
            throw new FormatException($"'{text}' is no length of time; write 250ms, 30s, 10m, 2h or 1d, up to 45d");
        return count * unit;
    }
}
