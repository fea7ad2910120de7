using System.Globalization;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Output;

/// <summary>What a prompt says behind a command that failed, took long, or printed much.</summary>
internal static class CommandSummary
{
    private const long Much = 1024 * 1024;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    /// <summary>Whether there may be colours.</summary>
    public static bool IsOn => !Console.IsOutputRedirected && !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } term && term != "dumb";

    /// <summary>Says it, where there is something to say.</summary>
    public static void Say(CommandResult result)
    {
        long bytes = result.Streams.Values.Sum(stream => stream.Bytes);
        if (result.ExitCode == 0 && result.Duration < Long && bytes < Much)
            return;
        string text = string.Create(CultureInfo.InvariantCulture, $"status {result.ExitCode} · {result.Duration.TotalSeconds:0.0##} s · {bytes:N0} bytes, verified");
        Console.Error.WriteLine(IsOn ? $"\u001b[2m{text}\u001b[0m" : text);
    }
}
