using System.Globalization;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>What is shown of a transfer while it runs.</summary>
internal static class ProgressText
{
    // Few widths, so that the bar does not change with each digit of the text.
    private static readonly int[] BarWidths = [20, 10];

    /// <summary>The line with the bar: the share, the bytes, the entries, the rate and the time that is left.</summary>
    /// <remarks>
    /// To fit, the bar becomes shorter. Then these are left out, in this order: the bar, the entries, the bytes, the time, the rate.
    /// </remarks>
    /// <param name="progress">How far the transfer is.</param>
    /// <param name="rate">Bytes a second.</param>
    /// <param name="columns">The most characters of the line.</param>
    public static string Bar(TransferProgress progress, double rate, int columns)
    {
        string text = Plain(progress, rate);
        int width = BarWidths.FirstOrDefault(bar => bar + "[] ".Length + text.Length <= columns);
        if (width == 0 || ShareOf(progress) is not { } share)
            return Text(progress, rate, columns);
        int full = (int)(share * width);
        return $"[{new string('#', full)}{new string('-', width - full)}] {text}";
    }

    /// <summary>The line without the bar.</summary>
    /// <inheritdoc cref="Bar"/>
    public static string Plain(TransferProgress progress, double rate) => Text(progress, rate, int.MaxValue);

    /// <summary>A time: <c>0:07</c>, <c>1:02:03</c>, or days.</summary>
    public static string Time(double seconds)
    {
        const double fourDays = 4 * 24 * 3600;
        if (seconds >= fourDays)
            return string.Create(CultureInfo.InvariantCulture, $"{seconds / 86400:N0} days");
        TimeSpan time = TimeSpan.FromSeconds(Math.Ceiling(Math.Max(0, seconds)));
        return time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
    }

    private static string Text(TransferProgress progress, double rate, int columns)
    {
        string speed = $"{ByteCount.Text((long)rate)}/s", bytes = ByteCount.Text(progress.Bytes);
        if (ShareOf(progress) is not { } share)
        {
            string found = string.Create(CultureInfo.InvariantCulture, $"{progress.Done:N0} of at least {progress.Found:N0}");
            return First(columns, [bytes, found, speed], [bytes, speed], [bytes]);
        }

        string percent = string.Create(CultureInfo.InvariantCulture, $"{(int)(share * 100),3} %");
        string content = $"{percent} {bytes} of {ByteCount.Text(progress.FoundBytes)}";
        string entries = string.Create(CultureInfo.InvariantCulture, $"{progress.Done:N0} of {progress.Found:N0}");
        string[] pace = rate >= 1 ? [speed, $"{Time((progress.FoundBytes - progress.Bytes) / rate)} left"] : [speed];
        return First(columns, [content, entries, .. pace], [content, .. pace], [percent, .. pace], [percent, speed], [percent]);
    }

    // The first text that is not too long, or the last.
    private static string First(int columns, params string[][] texts)
        => texts.Select(parts => string.Join(", ", parts)).FirstOrDefault(text => text.Length <= columns) ?? texts[^1][0];

    // Null while the whole is not known. A file that grows may bring more bytes than were found.
    private static double? ShareOf(TransferProgress progress)
        => progress is { IsTotalKnown: true, FoundBytes: > 0 } ? Math.Min(1, (double)progress.Bytes / progress.FoundBytes) : null;
}
