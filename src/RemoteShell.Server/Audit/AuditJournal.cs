using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Audit;

/// <summary>The audit journal of a running server. Thread-safe.</summary>
/// <remarks>
/// A line is written before what it tells is done, and forced to the disk within 100 ms. Each line holds the digest of the line before it.
/// A line that the host key signs follows each start, and no line is written a minute after one that is not signed.
/// </remarks>
/// <param name="options">The options that apply now.</param>
/// <param name="signer">Returns the host key.</param>
/// <param name="log">Receives why the journal cannot be written.</param>
internal sealed class AuditJournal(CurrentOptions options, Func<Identity> signer, ILogger log) : IAsyncDisposable
{
    /// <summary>The longest time from a line to its signature, if the server runs.</summary>
    public static readonly TimeSpan SealInterval = TimeSpan.FromMinutes(1);

    /// <summary>The least time between two moments at which lines are forced to the disk.</summary>
    public static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(100);

    // So many deferred lines are written at once.
    private const int MaxDeferred = 64;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _written = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly AuditForwarder _forwarder = new(log);
    private readonly Lock _deferring = new();
    private Task _running = Task.CompletedTask;

    // Guarded by _deferring: the lines that are written before anything is sent.
    private List<AuditLine> _deferred = [];

    // Guarded by _deferring, and read without it: the deferred lines, and those of them that are being written.
    private int _unwritten;

    // Guarded by _gate: the deferred lines that are being written.
    private List<AuditLine> _taken = [];

    // Guarded by _gate. Null: the journal is not open.
    private AuditWriter? _writer;
    private bool _mayOpen;
    private bool _hasStarted;
    private PublicKey? _hostKey;
    private long _lost;

    // The time of the first line that is not signed; null: all are.
    private DateTimeOffset? _unsigned;

    /// <summary>Opens the journal, goes on where it ends, and writes its first line. If that fails, each line tries it again.</summary>
    /// <exception cref="RemoteShellException">The journal is required, and cannot be used.</exception>
    public void Open()
    {
        if (options.Value.Audit == AuditMode.Off)
            return;
        lock (_gate)
        {
            _mayOpen = true;
            try
            {
                Start();
            }
            catch (Exception e) when (IsFailure(e))
            {
                if (options.Value.Audit == AuditMode.Required)
                    throw Unusable(options.Value.AuditFolder, e);
                Lose(e, lines: 1);
            }
        }

        _running = Task.WhenAll(FlushAsync(), SealAsync());
    }

    /// <summary>Writes a line, with the present time.</summary>
    /// <returns>Whether that which it tells may be done; false: the journal is required, and cannot be written.</returns>
    public bool Write(AuditLine line)
    {
        AuditMode mode = options.Value.Audit;
        if (mode == AuditMode.Off)
            return true;
        lock (_gate)
        {
            AppendDeferred();
            if (!TryAppend([line]))
                return mode != AuditMode.Required;
        }

        WakeFlush();
        return true;
    }

    /// <summary>Writes a line, before that which it tells is done.</summary>
    /// <exception cref="AuditException">The journal is required, and cannot be written.</exception>
    public void Require(AuditLine line)
    {
        if (!Write(line))
            throw new AuditException();
    }

    /// <summary>Writes a line before anything more is sent to a client.</summary>
    /// <remarks>
    /// For a request that is only answered. Such requests at the same time share a write, which would be a large part of the cost of each.
    /// If the journal is required, the line is written at once, since an answer that waits to be sent cannot be refused.
    /// </remarks>
    /// <exception cref="AuditException">The journal is required, and cannot be written.</exception>
    public void RequireBeforeSending(AuditLine line)
    {
        AuditMode mode = options.Value.Audit;
        if (mode != AuditMode.On)
        {
            Require(line);
            return;
        }

        int count;
        lock (_deferring)
        {
            _deferred.Add(line);
            count = ++_unwritten;
        }

        if (count >= MaxDeferred)
            WriteDeferred();
        WakeFlush();
    }

    /// <summary>Writes what <see cref="RequireBeforeSending"/> has deferred.</summary>
    public void WriteDeferred()
    {
        if (Volatile.Read(ref _unwritten) == 0)
            return;
        lock (_gate)
            AppendDeferred();
    }

    /// <summary>Why nothing can be done now, since it cannot be recorded; null: it can be, or need not be recorded.</summary>
    public string? FindFault()
    {
        if (options.Value.Audit != AuditMode.Required)
            return null;
        lock (_gate)
        {
            try
            {
                if (_lost > 0 && _mayOpen)
                {
                    Start();
                    WriteGap();
                }
            }
            catch (Exception e) when (IsFailure(e))
            {
                // It is as it was.
            }

            return _lost > 0 ? "the audit journal is required, and cannot be written" : null;
        }
    }

    /// <summary>Signs what is not signed yet. If the host key has been replaced, the new one signs in any case.</summary>
    public void Seal()
    {
        lock (_gate)
        {
            if (_writer is null || !_hasStarted)
                return;
            try
            {
                if (_unsigned is not null || !signer().PublicKey.Equals(_hostKey))
                    AppendSeal();
            }
            catch (Exception e) when (IsFailure(e))
            {
                log.LogError("the audit journal cannot be signed, and is signed later: {Reason}", e.Message);
            }
        }
    }

    /// <summary>Signs what is not signed yet, and closes the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        Write(new() { Event = AuditEvent.Stop });
        await _stopping.CancelAsync();
        await _running;
        Seal();
        lock (_gate)
        {
            _mayOpen = false;
            _writer?.Flush();
            _writer?.Dispose();
            _writer = null;
        }

        _forwarder.Dispose();
        _stopping.Dispose();
        _written.Dispose();
    }

    // The caller holds _gate.
    private void AppendDeferred()
    {
        lock (_deferring)
            (_deferred, _taken) = (_taken, _deferred);
        if (_taken.Count == 0)
            return;
        TryAppend(CollectionsMarshal.AsSpan(_taken));
        // Not before: who finds none sends.
        lock (_deferring)
            _unwritten -= _taken.Count;
        _taken.Clear();
    }

    // The caller holds _gate.
    private bool TryAppend(ReadOnlySpan<AuditLine> lines)
    {
        if (!_mayOpen)
            return false;
        try
        {
            Start();
            MakeRoom();
            if (_lost > 0)
                WriteGap();
            Append(lines);
            return true;
        }
        catch (Exception e) when (IsFailure(e))
        {
            Lose(e, lines.Length);
            return false;
        }
    }

    // The caller holds _gate.
    private void Start()
    {
        _writer ??= AuditWriter.Open(new(options.Value.AuditFolder));
        if (_hasStarted)
            return;
        if (_writer.Torn > 0)
            log.LogWarning("the audit journal ends with {Lines} lines that were cut short; it goes on behind them", _writer.Torn);
        _hostKey = signer().PublicKey;
        var start = new AuditLine
        {
            Event = AuditEvent.Start,
            Torn = _writer.Torn > 0 ? _writer.Torn : null,
            What = $"rsh-server/{ProductVersion.Text}",
            HostKey = _hostKey.ToString(),
        };
        Append([start]);
        AppendSeal();
        _hasStarted = true;
    }

    // The caller holds _gate.
    private void MakeRoom()
    {
        if (DateTimeOffset.UtcNow - _unsigned >= SealInterval)
            AppendSeal();
        if (_writer!.Length < options.Value.AuditFileSize)
            return;
        if (_unsigned is not null)
            AppendSeal();
        _writer.Rotate(options.Value.AuditFiles);
        Append([new() { Event = AuditEvent.Continue }]);
    }

    // The caller holds _gate.
    private void WriteGap()
    {
        Append([new() { Event = AuditEvent.Gap, Lost = _lost }]);
        log.LogWarning("the audit journal can be written again; {Lines} lines are lost", _lost);
        _lost = 0;
    }

    // The caller holds _gate.
    private void Append(ReadOnlySpan<AuditLine> lines)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Forward(_writer!.Append(lines, now));
        _unsigned ??= now;
    }

    // The caller holds _gate.
    private void AppendSeal()
    {
        Identity identity = signer();
        if (!identity.PublicKey.Equals(_hostKey))
            Append([new() { Event = AuditEvent.HostKey, HostKey = identity.PublicKey.ToString() }]);
        _hostKey = identity.PublicKey;
        Forward(_writer!.AppendSeal(identity));
        _unsigned = null;
    }

    // The caller holds _gate.
    private void Forward(ReadOnlySpan<byte> written)
    {
        if (options.Value.AuditSyslog is not { } socket)
            return;
        foreach (Range line in written.Split((byte)'\n'))
        {
            if (!written[line].IsEmpty)
                _forwarder.Send(socket, written[line]);
        }
    }

    // The caller holds _gate.
    private void Lose(Exception e, int lines)
    {
        if (_lost == 0)
            log.LogError("the audit journal cannot be written, what is done is not recorded until it can be: {Reason}", e.Message);
        _lost += lines;
    }

    private async Task SealAsync()
    {
        using var timer = new PeriodicTimer(SealInterval / 2);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                Seal();
                TryRelease();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task FlushAsync()
    {
        try
        {
            while (true)
            {
                await _written.WaitAsync(_stopping.Token);
                WriteDeferred();
                Flush();
                await Task.Delay(FlushInterval, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private void Flush()
    {
        try
        {
            AuditWriter? writer;
            lock (_gate)
            {
                writer = _writer;
                if (writer?.IsGone() == true)
                    Reopen(writer);
            }

            writer?.Flush();
        }
        catch (Exception e) when (IsFailure(e))
        {
            log.LogError("the audit journal cannot be forced to the disk: {Reason}", e.Message);
        }
    }

    // The caller holds _gate.
    private void Reopen(AuditWriter writer)
    {
        const string Reason = "the file was removed or renamed";
        log.LogError("the audit journal begins a new file: {Reason}", Reason);
        writer.Reopen();
        Append([new() { Event = AuditEvent.Continue, Reason = Reason }]);
    }

    private void WakeFlush()
    {
        if (_written.CurrentCount == 0)
            TryRelease();
    }

    private void TryRelease()
    {
        try
        {
            _written.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another thread has woken the loop.
        }
        catch (ObjectDisposedException)
        {
            // The journal is closed, and all of it is on the disk.
        }
    }

    // ArgumentOutOfRangeException: the file would exceed the limit of file sizes (EFBIG).
    private static bool IsFailure(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    private static RemoteShellException Unusable(string folder, Exception e)
        => new($"the audit journal is required, and cannot be used: {e.Message}", e)
        {
            Hint = $"make room on its disk, and check that this user may write to {folder}",
        };
}
