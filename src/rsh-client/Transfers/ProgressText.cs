using System.Globalization;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>What is shown of a transfer while it runs.</summary>
internal static class ProgressText
{
    private const int Bar = 10, WideBar = 20;

    // From here on the wide bar has room beside nearly each line. It does not change with each digit of the text.
    private const int WideColumns = 100;

    // The texts that have the rate and the time that is left. Shorter ones have no bar.
    private const int MostBesideBar = 3;

    /// <summary>The bar, and beside it the share, the bytes, the entries, the rate and the time that is left.</summary>
    /// <remarks>To fit, these are left out, in this order: the entries, the bytes, the bar, the time, the rate.</remarks>
    /// <param name="progress">How far the transfer is.</param>
    /// <param name="rate">Bytes a second.</param>
    /// <param name="columns">The most characters of the line.</param>
    /// <returns>The characters of the bar, and the text behind it and a space; 0: no bar and no space.</returns>
    public static (int BarWidth, string Text) Line(TransferProgress progress, double rate, int columns)
    {
        int bar = columns < WideColumns ? Bar : WideBar;
        string[] texts = Texts(progress, rate);
        string? beside = texts.Take(MostBesideBar).FirstOrDefault(text => bar + " ".Length + text.Length <= columns);
        return beside is null ? (0, texts.FirstOrDefault(text => text.Length <= columns) ?? texts[^1]) : (bar, beside);
    }

    /// <summary>The whole text, however long.</summary>
    /// <inheritdoc cref="Line"/>
    public static string Plain(TransferProgress progress, double rate) => Texts(progress, rate)[0];

    /// <summary>How much of the content is done, from 0 to 1; null while the whole is not known.</summary>
    /// <remarks>A file that grows may bring more bytes than were found.</remarks>
    public static double? ShareOf(TransferProgress progress)
        => progress is { IsTotalKnown: true, FoundBytes: > 0 } ? Math.Min(1, (double)progress.Bytes / progress.FoundBytes) : null;

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

    // From the whole text to the shortest.
    private static string[] Texts(TransferProgress progress, double rate)
    {
        string speed = $"{ByteCount.Text((long)rate)}/s", bytes = ByteCount.Text(progress.Bytes);
        if (ShareOf(progress) is not { } share)
        {
            string found = string.Create(CultureInfo.InvariantCulture, $"{progress.Done:N0} of at least {progress.Found:N0}");
            return [$"{bytes}, {found}, {speed}", $"{bytes}, {speed}", speed, bytes];
        }

        string percent = string.Create(CultureInfo.InvariantCulture, $"{(int)(share * 100),3} %");
        string content = $"{percent} {bytes} of {ByteCount.Text(progress.FoundBytes)}";
        string entries = string.Create(CultureInfo.InvariantCulture, $"{progress.Done:N0} of {progress.Found:N0}");
        string pace = rate >= 1 ? $"{speed}, {Time((progress.FoundBytes - progress.Bytes) / rate)} left" : speed;
        return [$"{content}, {entries}, {pace}", $"{content}, {pace}", $"{percent}, {pace}", $"{percent}, {speed}", percent];
    }
}
