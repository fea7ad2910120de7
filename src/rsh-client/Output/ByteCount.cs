using System.Globalization;

namespace RemoteShell.Cli.Client.Output;

/// <summary>A number of bytes, for people.</summary>
internal static class ByteCount
{
    private const int Step = 1024;

    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>The number with a unit: <c>980 B</c>, <c>1.5 MiB</c>.</summary>
    public static string Text(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= Step && unit < Units.Length - 1)
        {
            value /= Step;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }
}
