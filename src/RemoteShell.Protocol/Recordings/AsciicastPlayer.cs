using System.Text;

namespace RemoteShell.Protocol.Recordings;

/// <summary>Plays asciicasts: writes what they show, with the pauses between.</summary>
public static class AsciicastPlayer
{
    /// <summary>Plays a recording to its end. Standard error goes where the output goes.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="target">Where its output goes.</param>
    /// <param name="speed">How many times as fast as it was recorded; <see cref="double.PositiveInfinity"/> for no pauses.</param>
    /// <param name="longestPause">The longest pause in seconds, before the speed applies.</param>
    /// <param name="cancellationToken">Ends the playing.</param>
    /// <exception cref="FormatException">The text is not an asciicast, or is damaged.</exception>
    public static async Task PlayAsync(
        TextReader recording, Stream target, double speed, double longestPause, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        foreach (AsciicastEvent next in AsciicastReader.Read(recording))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await PauseAsync(Math.Min(next.Interval, longestPause) / speed, cancellationToken).ConfigureAwait(false);
            if (next.Kind is "o" or "e")
                target.Write(Encoding.UTF8.GetBytes(next.Data));
        }
    }

    // Task.Delay takes at most 49 days.
    private static Task PauseAsync(double seconds, CancellationToken cancellationToken)
        => seconds > 0.0005 ? Task.Delay(TimeSpan.FromSeconds(Math.Min(seconds, 4_000_000)), cancellationToken) : Task.CompletedTask;
}
