using System.Diagnostics;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Output;

/// <summary>Shows the progress of a download on a line of the terminal, after the first second; removes the line at the end.</summary>
internal sealed class ProgressLine : IProgress<FileProgress>, IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private readonly string _name;
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _next = First;
    private bool _isShown;

    private ProgressLine(string name) => _name = name;

    /// <summary>Creates the line; null if standard error is not a terminal that can redraw a line.</summary>
    public static ProgressLine? Create(string name)
        => Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is "dumb" ? null : new(name);

    public void Report(FileProgress value)
    {
        TimeSpan now = Stopwatch.GetElapsedTime(_start);
        if (now < _next)
            return;
        _next = now + Step;
        _isShown = true;
        string share = value.Size > 0 ? $" {100 * value.Bytes / value.Size} %" : "";
        double mebibytes = value.Bytes / (1024.0 * 1024.0);
        StandardText.Error.Write($"\r\u001b[K{_name}{share} {mebibytes:F1} MiB, {mebibytes / now.TotalSeconds:F1} MiB/s");
    }

    public void Dispose()
    {
        if (_isShown)
            StandardText.Error.Write("\r\u001b[K");
    }
}
