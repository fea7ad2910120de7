using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Audit;

/// <summary>The audit journal of a running server. Thread-safe.</summary>
/// <remarks>
/// A line is written before what it tells is done, and forced to the disk within 100 ms. Each line holds the digest of the line before it,
/// and a line that the host key signs follows at least once a minute.
/// </remarks>
/// <param name="options">The options that apply now.</param>
/// <param name="signer">Returns the host key.</param>
/// <param name="log">Receives why the journal cannot be written.</param>
internal sealed class AuditJournal(CurrentOptions options, Func<Identity> signer, ILogger log) : IAsyncDisposable
{
    /// <summary>The longest time from a line to its signature.</summary>
    public static readonly TimeSpan SealInterval = TimeSpan.FromMinutes(1);

    /// <summary>The least time between two moments at which lines are forced to the disk.</summary>
    public static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _written = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly AuditForwarder _forwarder = new(log);
    private Task _running = Task.CompletedTask;

    // Guarded by _gate. Null: there is no journal, or it is closed.
    private AuditWriter? _writer;
    private bool _isSealed = true;
    private PublicKey? _hostKey;
    private long _lost;

    /// <summary>Opens the journal, goes on where it ends, and writes its first line.</summary>
    /// <exception cref="RemoteShellException">The journal is required, and cannot be used.</exception>
    public void Open()
    {
        if (options.Value.Audit == AuditMode.Off)
            return;
        var folder = new AuditFolder(options.Value.AuditFolder);
        try
        {
            _writer = AuditWriter.Open(folder, out int torn);
            if (torn > 0)
                log.LogWarning("the audit journal ends with {Lines} lines that were cut short; it goes on behind them", torn);
            _hostKey = signer().PublicKey;
            Write(new()
            {
                Event = AuditEvent.Start,
                Torn = torn > 0 ? torn : null,
                What = $"rsh-server/{ProductVersion.Text}",
                HostKey = _hostKey.ToString(),
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (options.Value.Audit == AuditMode.Required)
                throw Unusable(folder.Path, e);
            log.LogError("there is no audit journal, what is done is not recorded: {Reason}", e.Message);
            return;
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
            if (_writer is null)
                return mode != AuditMode.Required;
            try
            {
                MakeRoom();
                if (_lost > 0)
                    WriteGap();
                Append(line with { Time = DateTimeOffset.UtcNow });
                _isSealed = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
            {
                // ArgumentOutOfRangeException: the file would exceed the limit of file sizes (EFBIG).
                if (_lost++ == 0)
                    log.LogError("the audit journal cannot be written, what is done is not recorded until it can be: {Reason}", e.Message);
                return mode != AuditMode.Required;
            }
        }

        if (_written.CurrentCount == 0)
            TryRelease();
        return true;
    }

    /// <summary>Writes a line, before that which it tells is done.</summary>
    /// <exception cref="AuditException">The journal is required, and cannot be written.</exception>
    public void Require(AuditLine line)
    {
        if (!Write(line))
            throw new AuditException();
    }

    /// <summary>Signs what is not signed yet, and closes the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        Write(new() { Event = AuditEvent.Stop });
        await _stopping.CancelAsync();
        await _running;
        lock (_gate)
        {
            Seal();
            _writer?.Flush();
            _writer?.Dispose();
            _writer = null;
        }

        _forwarder.Dispose();
        _stopping.Dispose();
        _written.Dispose();
    }

    // The caller holds _gate.
    private void MakeRoom()
    {
        if (_writer!.Length < options.Value.AuditFileSize)
            return;
        if (!_isSealed)
            AppendSeal();
        _writer.Rotate(options.Value.AuditFiles);
        Append(new() { Event = AuditEvent.Continue, Time = DateTimeOffset.UtcNow });
    }

    // The caller holds _gate.
    private void WriteGap()
    {
        Append(new() { Event = AuditEvent.Gap, Time = DateTimeOffset.UtcNow, Lost = _lost });
        log.LogWarning("the audit journal can be written again; {Lines} lines are lost", _lost);
        _lost = 0;
    }

    // The caller holds _gate.
    private void Append(AuditLine line)
    {
        byte[] json = _writer!.Append(line);
        if (options.Value.AuditSyslog is { } socket)
            _forwarder.Send(socket, json);
    }

    // The caller holds _gate.
    private void Seal()
    {
        if (_isSealed || _writer is null)
            return;
        try
        {
            AppendSeal();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            log.LogError("the audit journal cannot be signed, and is signed later: {Reason}", e.Message);
        }
    }

    // The caller holds _gate.
    private void AppendSeal()
    {
        Identity identity = signer();
        if (!identity.PublicKey.Equals(_hostKey))
            Append(new() { Event = AuditEvent.HostKey, Time = DateTimeOffset.UtcNow, HostKey = identity.PublicKey.ToString() });
        _hostKey = identity.PublicKey;
        _writer!.AppendSeal(identity);
        _isSealed = true;
    }

    private async Task SealAsync()
    {
        using var timer = new PeriodicTimer(SealInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                lock (_gate)
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
        AuditWriter? writer;
        lock (_gate)
            writer = _writer;
        try
        {
            writer?.Flush();
        }
        catch (IOException e)
        {
            log.LogError("the audit journal cannot be forced to the disk: {Reason}", e.Message);
        }
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

    private static RemoteShellException Unusable(string folder, Exception e)
        => new($"the audit journal is required, and cannot be used: {e.Message}", e)
        {
            Hint = $"make room on its disk, and check that this user may write to {folder}",
        };
}
