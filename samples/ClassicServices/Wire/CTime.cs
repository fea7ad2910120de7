using System.Globalization;
using System.Text;

namespace ClassicServices.Wire;

/// <summary>The time as C's <c>ctime</c> writes it, without its newline: <c>Fri Sep 30 16:26:40 2016</c>.</summary>
public static class CTime
{
    /// <summary>Bytes of <c>[Fri Sep 30 16:26:40 2016] </c>, which stand in front of a message.</summary>
    public const int StampLength = 27;

    /// <summary>The day of the month is padded with a space: <c>Sat Oct  1 …</c>.</summary>
    public static string Format(DateTime time)
        => string.Create(CultureInfo.InvariantCulture, $"{time:ddd MMM} {time.Day,2} {time:HH:mm:ss yyyy}");

    /// <summary>The local time in brackets, a space, and the message.</summary>
    public static byte[] Stamp(ReadOnlySpan<byte> message)
        => [.. Encoding.ASCII.GetBytes($"[{Format(DateTime.Now)}] "), .. message];
}
