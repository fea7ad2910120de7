using System.Diagnostics;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Output;

/// <summary>How far a file has come, on a line of the terminal that is gone again at the end; shown from the first second on.</summary>
internal sealed class ProgressLine : IProgress<FileProgress>, IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private readonly string _name;
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _next = First;
    private bool _isShown;

    private ProgressLine(string name) => _name = name;

    /// <summary>Null where standard error is no terminal.</summary>
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
        Console.Error.Write($"\r\u001b[K{_name}{share} {Mebibytes(value.Bytes):F1} MiB, {Mebibytes(value.Bytes) / now.TotalSeconds:F1} MiB/s");
    }

    public void Dispose()
    {
        if (_isShown)
            Console.Error.Write("\r\u001b[K");
    }

    private static double Mebibytes(long bytes) => bytes / (1024.0 * 1024.0);
}
