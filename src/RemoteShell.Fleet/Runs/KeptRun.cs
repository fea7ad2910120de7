using System.Globalization;
using System.Text;
using System.Text.Json;
using RemoteShell.Client;
using RemoteShell.Fleet.Nodes;
using RemoteShell.Fleet.Runs;
using RemoteShell.Fleet.Verdicts;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Keys;

namespace RemoteShell.Fleet;

/// <summary>A run in its folder: what it does, its hosts, their verdicts as they come, and their output.</summary>
public sealed class KeptRun : IAsyncDisposable
{
    private const string RecordFile = "run.json", HostsFile = "hosts", VerdictsFile = "verdicts", BegunFile = "begun", EndedFile = "ended",
        ClientFile = "client", RequestFile = "request";

    private const int SmallOutput = 64 * 1024;

    private readonly RunLock? _lock;

    private readonly RunOrigin _origin;

    // Guarded by itself: the hosts whose output was asked for.
    private readonly HashSet<int> _asked = [];
    private readonly VerdictJournal? _journal;
    private readonly Lazy<IReadOnlyList<RunTarget>> _targets;

    // Guarded by its value: the verdict of each host.
    private readonly Lazy<Dictionary<string, VerdictLine>> _lines;

    // Guarded by the value of _lines: the file of each output.
    private readonly Lazy<Dictionary<VerifiedStream, string>> _copies;
    private readonly Lazy<Dictionary<string, int>> _numbers;

    // Guarded by its value: the jobs that may have begun, and the key of each; null: it is this client's own.
    private readonly Lazy<Dictionary<string, string?>> _begun;

    // Guarded by the value of _begun.
    private FileStream? _begunFile;

    // The small output that was read last. Replaced as a whole.
    private volatile ReadOutput? _lastRead;

    private KeptRun(string folder, RunRecord record, RunLock? taken, RunOrigin origin)
    {
        (Folder, Record, _lock, _origin) = (folder, record, taken, origin);
        _targets = new(ReadTargets);
        _lines = new(ReadVerdicts);
        _copies = new(KnownCopies);
        _begun = new(ReadBegun);
        _numbers = new(() => Targets.Index().ToDictionary(one => one.Item.Host, one => one.Index, StringComparer.Ordinal));
        _journal = taken is null ? null : new(PathOf(VerdictsFile));
    }

    /// <summary>The process of the client that runs it, or has run it last; null if it is not known.</summary>
    public int? Client => File.Exists(PathOf(ClientFile)) && int.TryParse(File.ReadAllText(PathOf(ClientFile)), out int id) ? id : null;

    /// <summary>What it does.</summary>
    public RunRecord Record { get; }

    /// <summary>All of its hosts, in their order.</summary>
    public IReadOnlyList<RunTarget> Targets => _targets.Value;

    /// <summary>The hosts that have no verdict.</summary>
    public IReadOnlyList<RunTarget> WithoutVerdict => Where(line => line is null);

    /// <summary>The hosts with which a client can go on: they have no verdict, or the server may still have their result.</summary>
    public IReadOnlyList<RunTarget> Resumable
        => Where(line => line is null
            || (VerdictWords.Parse(line.Verdict) is VerdictKind.Lost or VerdictKind.Unverified && line.Code != ErrorCode.Gone));

    /// <summary>The verdicts that are kept, in the order of the hosts.</summary>
    public IReadOnlyList<HostVerdict> Verdicts
    {
        get
        {
            lock (_lines.Value)
                return [.. Targets.Select(target => _lines.Value.GetValueOrDefault(target.Host)?.ToVerdict()).OfType<HostVerdict>()];
        }
    }

    /// <summary>How far it is.</summary>
    public RunState State
    {
        get
        {
            if (File.Exists(PathOf(EndedFile)))
                return RunState.Ended;
            return _lock is not null || RunLock.IsHeld(Folder) ? RunState.Running : RunState.Interrupted;
        }
    }

    /// <summary>The bytes of its files; 0 if another client removes it.</summary>
    public long Bytes
    {
        get
        {
            try
            {
                return new DirectoryInfo(Folder).EnumerateFiles().Sum(LengthOf);
            }
            catch (DirectoryNotFoundException)
            {
                return 0;
            }
        }
    }

    /// <summary>The copy of standard input for all hosts.</summary>
    public RunInput Input => field ??= new(Folder);

    /// <summary>The signed request that was sent to all hosts at once; null if each host was called by itself.</summary>
    public byte[]? Request => File.Exists(PathOf(RequestFile)) ? File.ReadAllBytes(PathOf(RequestFile)) : null;

    /// <summary>Why a verdict could not be kept; null if all could.</summary>
    public Exception? Failure { get; private set; }

    internal string Folder { get; }

    /// <summary>Takes the input of another run, all of which is kept. It is called before <see cref="Input"/> is used.</summary>
    public void TakeInput(KeptRun other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RunInput.Copy(other.Folder, Folder);
    }

    /// <summary>The streams that keep the output of a host, and what an earlier client has kept of it.</summary>
    public HostOutput OutputOf(RunTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        int number = _numbers.Value[target.Host];
        bool isFirst;
        lock (_asked)
            isFirst = _asked.Add(number);
        RunOrigin origin = isFirst ? _origin : RunOrigin.Resumed;
        return new(PathOf($"{number}.out"), PathOf($"{number}.err"), origin);
    }

    /// <summary>Notes that the host is asked to start its job. A client that follows after this one was killed knows it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Begin(RunTarget target) => Begin([target]);

    /// <summary>Notes that the host is asked to start its job, and to which key the job belongs.</summary>
    /// <inheritdoc cref="Begin(RunTarget)"/>
    /// <param name="target">The host.</param>
    /// <param name="key">The fingerprint of the key; null: it is this client's own.</param>
    public void Begin(RunTarget target, string? key) => Begin([target], key);

    /// <summary>Notes that hosts are asked to start their jobs.</summary>
    /// <inheritdoc cref="Begin(RunTarget)"/>
    public void Begin(IReadOnlyList<RunTarget> targets) => Begin(targets, key: null);

    /// <summary>Keeps a signed request, before it is sent to all hosts at once.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void KeepRequest(byte[] request)
    {
        ArgumentNullException.ThrowIfNull(request);
        RunFile.Create(PathOf(RequestFile), request);
    }

    /// <summary>Whether a client may have started the job of the host.</summary>
    public bool MayHaveBegun(RunTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        lock (_begun.Value)
            return _begun.Value.ContainsKey(target.Job);
    }

    /// <summary>The fingerprint of the key to which the job of the host belongs, if it may have begun.</summary>
    /// <remarks>Null if that is this client's own, or an earlier version has noted no key.</remarks>
    public string? KeyOf(RunTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        lock (_begun.Value)
            return _begun.Value.GetValueOrDefault(target.Job);
    }

    /// <summary>The host with this name, which the run has.</summary>
    public RunTarget TargetOf(string host) => Targets[_numbers.Value[host]];

    /// <summary>Whether this is the kind of verdict that is kept for the host.</summary>
    public bool IsKept(HostVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        lock (_lines.Value)
            return _lines.Value.GetValueOrDefault(verdict.Host)?.Verdict == verdict.Word;
    }

    /// <summary>Keeps a verdict. When the task ends, it and the output of its host are on the disk.</summary>
    /// <returns>Whether they could be written. If not, <see cref="Failure"/> says why.</returns>
    public async Task<bool> KeepAsync(HostVerdict verdict, HostOutput? output)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        VerdictJournal journal = _journal ?? throw new InvalidOperationException("the run is open for reading only");
        Task kept;
        lock (_lines.Value)
        {
            string? outputFile = output is null ? null : FileOf(output.Output, verdict.Streams, OutputStream.StandardOutput);
            string? errorFile = output is null ? null : FileOf(output.Error, verdict.Streams, OutputStream.StandardError);
            var line = VerdictLine.From(verdict, outputFile, errorFile);
            _lines.Value[verdict.Host] = line;
            // Under the lock: a file is on the disk before the verdict of another host that has it as its copy.
            kept = journal.AppendAsync(line, output);
        }

        try
        {
            await kept.ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = e;
            return false;
        }
    }

    /// <summary>The file of the run that has this output; null if there is none.</summary>
    internal string? FindCopy(VerifiedStream output)
    {
        lock (_lines.Value)
        {
            string? file = IsDistinct(output) ? _copies.Value.GetValueOrDefault(output) : null;
            return file is not null && File.Exists(PathOf(file)) ? file : null;
        }
    }

    /// <summary>Opens the output of a host that has a verdict. Empty if it wrote nothing.</summary>
    /// <exception cref="RemoteShellException">The run has no such host, or it has no verdict yet.</exception>
    public Stream OpenOutput(string host, OutputStream stream)
    {
        VerdictLine? line;
        lock (_lines.Value)
            line = _lines.Value.GetValueOrDefault(host);
        if (line is null)
        {
            bool isKnown = Targets.Any(target => target.Host == host);
            throw new RemoteShellException(isKnown ? $"{host} has no verdict yet" : $"the run {Record.Id} has no host {host}")
            {
                Hint = $"see: rsh-client runs show {Record.Id}",
            };
        }

        (VerifiedStream? output, string? file) = stream == OutputStream.StandardOutput
            ? (line.Stdout, line.StdoutFile)
            : (line.Stderr, line.StderrFile);
        return file is null ? Stream.Null : OpenFile(PathOf(file), output);
    }

    // A small file is read at once: of ten thousand hosts, a thread of the pool for each read would cost more. Most have the same output.
    private Stream OpenFile(string path, VerifiedStream? output)
    {
        if (_lastRead is { } last && last.Output.Equals(output))
            return new MemoryStream(last.Content, writable: false);
        if (new FileInfo(path).Length > SmallOutput)
            return File.OpenRead(path);
        byte[] content = File.ReadAllBytes(path);
        if (output is not null && IsDistinct(output) && content.Length == output.Bytes)
            _lastRead = new(output, content);
        return new MemoryStream(content, writable: false);
    }

    /// <summary>Notes that all hosts have a verdict, if all verdicts are kept.</summary>
    public void End()
    {
        if (Failure is null && WithoutVerdict.Count == 0)
            RunFile.Create(PathOf(EndedFile), []);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_journal is not null)
            await _journal.DisposeAsync().ConfigureAwait(false);
        _begunFile?.Dispose();
        _lock?.Dispose();
    }

    internal static KeptRun Create(string folder, RunRecord record, IReadOnlyList<RunTarget> targets)
    {
        RunLock taken = RunLock.Take(folder) ?? throw new IOException($"another client uses {folder}");
        RunFile.Create(Path.Combine(folder, HostsFile), RunFile.Lines(targets, RunJson.Default.RunTarget));
        RunFile.Create(Path.Combine(folder, RecordFile), JsonSerializer.SerializeToUtf8Bytes(record, RunJson.Default.RunRecord));
        return Taken(folder, record, taken, RunOrigin.New);
    }

    internal static KeptRun Read(string folder) => new(folder, ReadRecord(folder), taken: null, RunOrigin.Resumed);

    internal static KeptRun Take(string folder)
    {
        RunRecord record = ReadRecord(folder);
        RunLock taken = RunLock.Take(folder) ?? throw new RemoteShellException($"another client runs {record.Id} at this moment")
        {
            Hint = $"wait for it: rsh-client runs wait {record.Id}",
        };
        return Taken(folder, record, taken, RunOrigin.Resumed);
    }

    private static KeptRun Taken(string folder, RunRecord record, RunLock taken, RunOrigin origin)
    {
        string process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        RunFile.Create(Path.Combine(folder, ClientFile), Encoding.ASCII.GetBytes(process));
        return new(folder, record, taken, origin);
    }

    private static RunRecord ReadRecord(string folder)
    {
        string path = Path.Combine(folder, RecordFile);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RunJson.Default.RunRecord) ?? throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw Unreadable(folder, e.Message, e);
        }
    }

    private static RemoteShellException Unreadable(string folder, string why, Exception? cause)
        => new($"the run {Path.GetFileName(folder)} cannot be read: {why}", cause) { Hint = $"remove it: rm -r '{folder}'" };

    private IReadOnlyList<RunTarget> Where(Func<VerdictLine?, bool> fits)
    {
        lock (_lines.Value)
            return [.. Targets.Where(target => fits(_lines.Value.GetValueOrDefault(target.Host)))];
    }

    // Of a host that another client went on with, the last verdict counts.
    private Dictionary<string, VerdictLine> ReadVerdicts()
    {
        // A damaged record gets no more memory than the largest run.
        var lines = new Dictionary<string, VerdictLine>(Math.Clamp(Record.Hosts, 0, NodeLimits.MaxNodes), StringComparer.Ordinal);
        foreach (VerdictLine line in RunFile.ReadLines(PathOf(VerdictsFile), RunJson.Default.VerdictLine))
            lines[line.Host] = line;
        return lines;
    }

    private IReadOnlyList<RunTarget> ReadTargets()
    {
        RunTarget[] targets = [.. RunFile.ReadLines(PathOf(HostsFile), RunJson.Default.RunTarget)];
        return targets.Length == Record.Hosts
            ? targets
            : throw Unreadable(Folder, $"it has {targets.Length} of {Record.Hosts} hosts", null);
    }

    private void Begin(IReadOnlyList<RunTarget> targets, string? key)
    {
        ArgumentNullException.ThrowIfNull(targets);
        lock (_begun.Value)
        {
            string[] added = [.. targets.Select(target => target.Job).Where(job => !_begun.Value.ContainsKey(job))];
            if (added.Length == 0)
                return;
            string rest = key is null ? "" : $" {key}";
            _begunFile ??= RunFile.Append(PathOf(BegunFile));
            // A killed client may have left a part of a line.
            _begunFile.Write(Encoding.ASCII.GetBytes($"\n{string.Join('\n', added.Select(job => $"{job}{rest}"))}\n"));
            foreach (string job in added)
                _begun.Value.Add(job, key);
        }
    }

    // Each line has a job and its key. The job of a part of a line, which a full disk may leave, was not asked for.
    private Dictionary<string, string?> ReadBegun()
    {
        var begun = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (!File.Exists(PathOf(BegunFile)))
            return begun;
        foreach (string[] words in File.ReadAllText(PathOf(BegunFile)).Split('\n')[..^1].Select(line => line.Split(' ')))
        {
            if (words.Length == 1 || KeyFingerprint.Is(words[1]))
                begun[words[0]] = words.ElementAtOrDefault(1);
        }

        return begun;
    }

    private Dictionary<VerifiedStream, string> KnownCopies()
    {
        var copies = new Dictionary<VerifiedStream, string>();
        foreach (VerdictLine line in _lines.Value.Values)
        {
            Add(line.Stdout, line.StdoutFile);
            Add(line.Stderr, line.StderrFile);
        }

        return copies;

        void Add(VerifiedStream? stream, string? file)
        {
            if (stream is not null && file is not null)
                copies.TryAdd(stream, file);
        }
    }

    // Only a cryptographic digest says that output is equal.
    private static bool IsDistinct(VerifiedStream output) => output.Digest.StartsWith("sha256:", StringComparison.Ordinal);

    // One copy is kept of equal output. The caller holds the lock of _lines.
    private string? FileOf(KeptStream kept, IReadOnlyDictionary<OutputStream, VerifiedStream> streams, OutputStream stream)
    {
        VerifiedStream? mine = streams.GetValueOrDefault(stream);
        if (mine is null || !IsDistinct(mine))
            return kept.IsThere ? kept.Name : null;
        // The file of this host may be the copy, if its verdict could not be kept the first time.
        if (_copies.Value.TryGetValue(mine, out string? copy) && copy != kept.Name && File.Exists(PathOf(copy)))
        {
            if (kept.IsThere)
                kept.Drop();
            return copy;
        }

        if (!kept.IsThere)
            return null;
        _copies.Value[mine] = kept.Name;
        return kept.Name;
    }

    // A run that runs removes files of equal output.
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private string PathOf(string name) => Path.Combine(Folder, name);

    private sealed record ReadOutput(VerifiedStream Output, byte[] Content);
}
