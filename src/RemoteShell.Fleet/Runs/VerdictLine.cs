using RemoteShell.Client;
using RemoteShell.Fleet.Verdicts;

namespace RemoteShell.Fleet.Runs;

/// <summary>A verdict as a line of the journal of a run.</summary>
internal sealed record VerdictLine
{
    public required string Host { get; init; }

    /// <summary>The word of the verdict.</summary>
    public required string Verdict { get; init; }

    public int Exit { get; init; }

    public string? Job { get; init; }

    public string? Reason { get; init; }

    public string? Hint { get; init; }

    public string? Code { get; init; }

    public string? Signal { get; init; }

    public DateTimeOffset Started { get; init; }

    public double ConnectMs { get; init; }

    public double RunMs { get; init; }

    public VerifiedStream? Stdout { get; init; }

    public VerifiedStream? Stderr { get; init; }

    /// <summary>The files of the output, in the folder of the run; null: it is empty.</summary>
    public string? StdoutFile { get; init; }

    public string? StderrFile { get; init; }

    public static VerdictLine From(HostVerdict verdict, string? outputFile, string? errorFile) => new()
    {
        Host = verdict.Host,
        Verdict = verdict.Word,
        Exit = verdict.ExitStatus,
        Job = verdict.Job,
        Reason = verdict.Reason,
        Hint = verdict.Hint,
        Code = verdict.Code,
        Signal = verdict.Signal,
        Started = verdict.Started,
        ConnectMs = verdict.Connecting.TotalMilliseconds,
        RunMs = verdict.Running.TotalMilliseconds,
        Stdout = verdict.Streams.GetValueOrDefault(OutputStream.StandardOutput),
        Stderr = verdict.Streams.GetValueOrDefault(OutputStream.StandardError),
        StdoutFile = outputFile,
        StderrFile = errorFile,
    };

    /// <summary>The verdict; null if a newer version has written another word.</summary>
    public HostVerdict? ToVerdict()
    {
        if (VerdictWords.Parse(Verdict) is not { } kind)
            return null;
        var streams = new Dictionary<OutputStream, VerifiedStream>();
        if (Stdout is not null)
            streams[OutputStream.StandardOutput] = Stdout;
        if (Stderr is not null)
            streams[OutputStream.StandardError] = Stderr;
        return new()
        {
            Host = Host,
            Kind = kind,
            ExitStatus = Exit,
            Job = Job,
            Reason = Reason,
            Hint = Hint,
            Code = Code,
            Signal = Signal,
            Started = Started,
            Connecting = TimeSpan.FromMilliseconds(ConnectMs),
            Running = TimeSpan.FromMilliseconds(RunMs),
            Streams = streams,
        };
    }
}
