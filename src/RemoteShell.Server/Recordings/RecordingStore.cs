using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Server.Recordings;

/// <summary>Records terminals and the output of commands to files that only the server's user can read. Thread-safe.</summary>
/// <remarks>If recording fails, the failure is logged and the job goes on.</remarks>
/// <param name="options">Say what is recorded, where, and how much. Read for each job.</param>
/// <param name="log">Receives what fails.</param>
internal sealed class RecordingStore(CurrentOptions options, ILogger log)
{
    /// <summary>The kind of a recorded command without a terminal.</summary>
    public const string Exec = "exec";

    /// <summary>The kind of a recorded terminal.</summary>
    public const string Tty = "tty";

    /// <summary>The ending of the files.</summary>
    public const string Ending = ".cast";

    // Bytes of output of all recordings together that wait for the disk.
    private const long MaxWaiting = 64L << 20;

    private readonly ConcurrentDictionary<string, RecordingQuota> _quotas = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _writing = new();
    private long _lastNumber;
    private long _waiting;

    /// <summary>What the header of an asciicast says where there is no terminal.</summary>
    public static TerminalRequest NoTerminal { get; } = new("dumb", 80, 24);

    /// <summary>Begins to record a job; null if it is not recorded.</summary>
    /// <param name="exec">The request.</param>
    /// <param name="owner">The client's key.</param>
    /// <param name="title">The title of the recording.</param>
    public Recording? Begin(ExecRequest exec, AuthorizedKey owner, string title)
    {
        if (NameFor(exec, owner) is not { } name)
            return null;
        string? comment = owner.Comment.Length > 0 ? owner.Comment : null;
        var recording = new Recording(name, this, log);
        Task writing = Task.Run(() => recording.WriteAsync(
            NewFile(name),
            exec.Tty ?? NoTerminal,
            exec.CommandText,
            title,
            new(exec.Job, exec.Tty is null ? Exec : Tty, owner.Key.Fingerprint, comment)));
        Add(writing);
        return recording;
    }

    /// <summary>The name of the file for a job; null if the job is not recorded.</summary>
    /// <remarks>Names are in the order of their jobs' start.</remarks>
    public string? NameFor(ExecRequest exec, AuthorizedKey owner)
    {
        RecordedKinds kind = exec.Tty is null ? RecordedKinds.Commands : RecordedKinds.Terminals;
        if (!IsRecordable(exec) || !(owner.IsRecorded || Wanted.HasFlag(kind)))
            return null;
        // Two keys may use the same id in the same second.
        string name = DateTime.UtcNow.ToString(RecordingQuota.TimeFormat, CultureInfo.InvariantCulture) + exec.Job;
        return File.Exists(Path.Combine(options.Value.RecordingsFolder, name + Ending))
            ? string.Create(CultureInfo.InvariantCulture, $"{name}-{Interlocked.Increment(ref _lastNumber)}{Ending}")
            : name + Ending;
    }

    /// <summary>The file of a new recording, which does not exist yet.</summary>
    public RecordingFile NewFile(string name)
    {
        string folder = options.Value.RecordingsFolder;
        RecordingQuota quota = _quotas.GetOrAdd(folder, path => new(path, () => options.Value.RecordQuota));
        return new(folder, name, quota, log);
    }

    /// <summary>Notes a task that writes a recording, for <see cref="FinishAsync"/>.</summary>
    public void Add(Task writing)
    {
        _writing[writing] = true;
        writing.ContinueWith(
            ended => _writing.TryRemove(ended, out _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Completes when all that was recorded is written. The jobs have ended.</summary>
    public Task FinishAsync() => Task.WhenAll(_writing.Keys);

    /// <summary>Takes room for output that waits for the disk; false if there is none.</summary>
    public bool TryWait(int bytes)
    {
        if (Interlocked.Add(ref _waiting, bytes) <= MaxWaiting)
            return true;
        Interlocked.Add(ref _waiting, -bytes);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Waited(int bytes) => Interlocked.Add(ref _waiting, -bytes);

    private RecordedKinds Wanted
        => options.Value.Records ?? (options.Value.RecordFolder is null ? RecordedKinds.None : RecordedKinds.Terminals);

    // Built-ins, transfers and forwarded connections are not commands.
    private static bool IsRecordable(ExecRequest exec)
        => exec is { Builtin: null, Files: null, IsForwarding: false };
}
