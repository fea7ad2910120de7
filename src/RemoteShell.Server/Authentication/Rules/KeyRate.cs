using System.Globalization;

namespace RemoteShell.Server.Authentication.Rules;

/// <summary>How many requests a key may make in a time.</summary>
/// <param name="Count">How many requests.</param>
/// <param name="Unit">The time, as it is written: <c>s</c>, <c>min</c> or <c>h</c>.</param>
internal sealed record KeyRate(int Count, string Unit)
{
    /// <summary>Requests that become possible in a second.</summary>
    public double PerSecond => Count / (Unit switch
    {
        "s" => 1.0,
        "min" => 60,
        _ => 3600,
    });

    /// <summary>Reads a rate.</summary>
    /// <exception cref="FormatException">The text is not a rate.</exception>
    public static KeyRate Parse(string text)
    {
        string[] parts = text.Split('/');
        return parts is [var count, "s" or "min" or "h"]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number > 0
            ? new(number, parts[1])
            : throw new FormatException($"'{text}' in rate= is not a rate; write 5/s, 10/min or 100/h");
    }
}
