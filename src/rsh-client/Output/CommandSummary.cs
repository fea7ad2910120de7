using System.Globalization;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Output;

/// <summary>The line that a prompt shows after a command that failed, took at least 2 s, or wrote at least 1 MiB.</summary>
internal static class CommandSummary
{
    private const long LargeOutput = 1024 * 1024;

    private static readonly TimeSpan LongDuration = TimeSpan.FromSeconds(2);

    /// <summary>Whether colours are allowed.</summary>
    public static bool UsesColour
        => !Console.IsOutputRedirected
            && !Console.IsErrorRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>The line; null if there is no reason for it.</summary>
    public static string? Of(CommandResult result)
    {
        long bytes = result.Streams.Values.Sum(stream => stream.Bytes);
        if (result.ExitCode == 0 && result.Duration < LongDuration && bytes < LargeOutput)
            return null;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"status {result.ExitCode} · {result.Duration.TotalSeconds:0.0##} s · {bytes:N0} bytes, verified");
        return UsesColour ? $"\u001b[2m{text}\u001b[0m" : text;
    }
}
