using System.Globalization;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Transfers;

/// <summary>What is shown of a transfer while it runs.</summary>
internal static class ProgressText
{
    private const int BarWidth = 20;

    /// <summary>The line with the bar: the share, the bytes, the rate and the time that is left.</summary>
    /// <param name="progress">How far the transfer is.</param>
    /// <param name="rate">Bytes a second.</param>
    public static string Bar(TransferProgress progress, double rate)
    {
        if (ShareOf(progress) is not { } share)
            return Plain(progress, rate);
        int full = (int)(share * BarWidth);
        return $"[{new string('#', full)}{new string('-', BarWidth - full)}] {Plain(progress, rate)}";
    }

    /// <summary>The line without the bar.</summary>
    /// <inheritdoc cref="Bar"/>
    public static string Plain(TransferProgress progress, double rate)
    {
        string speed = $"{ByteCount.Text((long)rate)}/s";
        if (ShareOf(progress) is not { } share)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{ByteCount.Text(progress.Bytes)}, {progress.Done:N0} of at least {progress.Found:N0}, {speed}");
        }

        string left = rate > 0 ? $", {Time((progress.FoundBytes - progress.Bytes) / rate)} left" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)(share * 100),3} % {ByteCount.Text(progress.Bytes)} of {ByteCount.Text(progress.FoundBytes)}, ")
            + string.Create(CultureInfo.InvariantCulture, $"{progress.Done:N0} of {progress.Found:N0}, {speed}{left}");
    }

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

    // Null while the whole is not known. A file that grows may bring more bytes than were found.
    private static double? ShareOf(TransferProgress progress)
        => progress is { IsTotalKnown: true, FoundBytes: > 0 } ? Math.Min(1, (double)progress.Bytes / progress.FoundBytes) : null;
}
