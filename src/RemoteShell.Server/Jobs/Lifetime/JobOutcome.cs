using System.Text.Json.Serialization;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Processes;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>How a job ended. Each job has exactly one outcome.</summary>
/// <param name="Kind">One of <see cref="Outcome"/>.</param>
/// <param name="Code">The exit status that a shell would show.</param>
internal sealed record JobOutcome(string Kind, int Code)
{
    private const int KilledCode = 128 + 15;
    private const int TimedOutCode = 124;
    private const int LostCode = 255;

    // The reason is a line for people.
    private const int MostNamed = 5;

    /// <summary>The name of the signal that ended the job; null if none did.</summary>
    public string? Signal { get; init; }

    /// <summary>Why the job ended, where the kind alone does not say it.</summary>
    public string? Reason { get; init; }

    /// <summary>The CPU time that the process used, if the system tells.</summary>
    public ResourceUse? Usage { get; init; }

    /// <summary>The streams that a process left behind still held open; null: none.</summary>
    public IReadOnlyList<string>? Held { get; init; }

    /// <summary>For a line of a conversation: the shell's working directory after it; null: the shell has ended. Not on disk.</summary>
    [JsonIgnore]
    public string? Folder { get; init; }

    /// <summary>For a forwarded connection that never started: one of <see cref="ForwardFault"/>. Not on disk.</summary>
    [JsonIgnore]
    public string? Fault { get; init; }

    public static JobOutcome NeverStarted(int code, string reason) => new(Outcome.NeverStarted, code) { Reason = reason };

    public static JobOutcome Lost(string reason) => new(Outcome.Lost, LostCode) { Reason = reason };

    /// <summary>Adds to the reason which processes of a job that the server ended still run, since they have left its session.</summary>
    public JobOutcome WithEscaped(IReadOnlyList<ProcessEntry> escaped)
    {
        if (escaped.Count == 0)
            return this;
        IEnumerable<string> named = escaped.Take(MostNamed).Select(process => $"{process.Pid} ({Printable(process.Name)})");
        string more = escaped.Count > MostNamed ? $" and {escaped.Count - MostNamed} more" : "";
        return this with { Reason = $"{Reason}; left running, in another session: {string.Join(", ", named)}{more}" };
    }

    /// <summary>The outcome for the end of a process. If the server ended the job, its reason takes precedence.</summary>
    public static JobOutcome Of(ProcessExit exit, EndCause? cause)
    {
        string? signal = exit.Signal is { } number ? SignalName.FromNumber(number) : null;
        JobOutcome outcome = cause switch
        {
            null => new(exit.Signal is null ? Outcome.Exited : Outcome.Signaled, StatusOf(exit)),
            { Kind: Outcome.TimedOut } => new(Outcome.TimedOut, TimedOutCode),
            // A command that the server ended did not succeed, even if it handled TERM and exited with 0.
            _ => new(cause.Kind, exit.Code == 0 ? KilledCode : StatusOf(exit)),
        };
        return outcome with { Signal = signal, Reason = cause?.Reason, Usage = exit.Usage };
    }

    // A process chooses its name.
    private static string Printable(string name)
        => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || "._-+:/ ".Contains(c, StringComparison.Ordinal) ? c : '?'));

    // Windows has exit statuses of 32 bits. Cut to 8 bits, one of them could look like 0.
    private static int StatusOf(ProcessExit exit) => exit.Code is >= 0 and <= 255 ? exit.Code : 255;
}
