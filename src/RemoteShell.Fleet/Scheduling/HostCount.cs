using System.Globalization;

namespace RemoteShell.Fleet;

/// <summary>A number of hosts: a count, or a part of all.</summary>
public readonly record struct HostCount
{
    private readonly int _value;
    private readonly bool _isPercent;

    private HostCount(int value, bool isPercent) => (_value, _isPercent) = (value, isPercent);

    /// <summary>A number of hosts, from 0.</summary>
    public static HostCount Exactly(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new(count, isPercent: false);
    }

    /// <summary>A part of all hosts, from 0 to 100.</summary>
    public static HostCount Percent(int percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        return new(percent, isPercent: true);
    }

    /// <summary>Reads <c>N</c> or <c>P%</c>.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static HostCount Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isPercent = text.EndsWith('%');
        string digits = isPercent ? text[..^1] : text;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value))
            throw new FormatException($"'{text}' is not a number of hosts; write N or P%, such as 10 or 25%");
        if (isPercent && value > 100)
            throw new FormatException($"'{text}' is more than 100%");
        return new(value, isPercent);
    }

    /// <summary>The number of hosts, of this many. A part of a host is rounded down.</summary>
    public int Of(int hosts) => _isPercent ? (int)((long)hosts * _value / 100) : _value;

    /// <inheritdoc/>
    public override string ToString() => _isPercent ? $"{_value}%" : _value.ToString(CultureInfo.InvariantCulture);
}
