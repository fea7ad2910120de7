using System.Globalization;
using System.Text;

namespace ClassicServices.Wire;

/// <summary>Formats a time as C's <c>ctime</c> does, without the newline: <c>Fri Sep 30 16:26:40 2016</c>.</summary>
public static class CTime
{
    /// <summary>The length of <c>[Fri Sep 30 16:26:40 2016] </c> in bytes.</summary>
    public const int StampLength = 27;

    /// <summary>Formats a time. The day of the month is padded with a space: <c>Sat Oct  1 …</c>.</summary>
    public static string Format(DateTime time)
        => string.Create(CultureInfo.InvariantCulture, $"{time:ddd MMM} {time.Day,2} {time:HH:mm:ss yyyy}");

    /// <summary>Returns the local time in brackets, a space, and the message.</summary>
    public static byte[] Stamp(ReadOnlySpan<byte> message)
        => [.. Encoding.ASCII.GetBytes($"[{Format(DateTime.Now)}] "), .. message];
}
