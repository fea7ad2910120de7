using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using RemoteShell.Broker.Connections;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Broker.Tunnels;

/// <summary>One end of a tunnel: a stream of bytes in both directions, in messages of a broker.</summary>
/// <remarks>
/// Each message has a number. A missing one ends the tunnel, which is a lost connection for its user. One that comes twice is
/// dropped.
/// At most <see cref="Window"/> messages of each direction are under way, so the broker and the other end hold a bounded number of bytes.
/// One reads and one writes at a time. Disposing it without an end in both directions resets the tunnel.
/// </remarks>
public sealed class TunnelStream : DuplexStream
{
    /// <summary>How many messages of each direction are under way at most: 64.</summary>
    internal const int Window = 64;

    /// <summary>Bytes of a message at most: 64 KiB. A broker takes 1 MiB, and sends smaller messages of others in between.</summary>
    internal const int MaxBody = 64 * 1024;

    // The receiver tells what it has taken after a quarter of the window.
    private const ulong TakenStep = Window / 4;
    private const int MaxReason = 1024;

    private readonly BrokerConnection _broker;
    private readonly string _subject;
    private readonly string _answers;
    private readonly TunnelTimes _times;
    // Disposing reads it too, and may do so while a read is under way.
    private readonly Channel<ReceivedMessage> _received = Channel.CreateUnbounded<ReceivedMessage>();
    private readonly SemaphoreSlim _places = new(Window, Window);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();

    // Guarded by _gate: what the other end has taken of this end's messages, the number that it sends next, and how the tunnel has failed.
    private ulong _takenThere;
    private ulong _expected;
    private string? _failure;

    // Of the writer: the number of the next message, and how many are on their way to the broker. Of the reader: what it has taken.
    private ulong _next;
    private ulong _sent;
    private ulong _taken;
    private ulong _toldTaken;
    private ReceivedMessage _current;
    private int _used;
    private bool _hasCurrent;

    private volatile bool _hasSentEnd;
    private volatile bool _hasReadEnd;
    private long _lastArrival;
    private Task _sayingAlive = Task.CompletedTask;

    /// <summary>Creates an end of a tunnel.</summary>
    /// <param name="broker">The connection to the broker.</param>
    /// <param name="id">The tunnel's id.</param>
    /// <param name="subject">Where the other end gets its messages.</param>
    /// <param name="answers">Where this end gets its messages.</param>
    /// <param name="times">The pauses and time limits.</param>
    internal TunnelStream(BrokerConnection broker, string id, string subject, string answers, TunnelTimes times)
    {
        (_broker, Id, _subject, _answers, _times) = (broker, id, subject, answers, times);
        _broker.Lost += LoseBroker;
    }

    /// <summary>The tunnel's id: 32 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Whether the host has opened the tunnel.</summary>
    internal bool IsOpened { get; private set; }

    /// <summary>Ends when the tunnel has failed or is disposed.</summary>
    internal CancellationToken Ended => _ended.Token;

    /// <summary>Reads bytes; 0 at the end.</summary>
    /// <exception cref="IOException">The tunnel has failed; the message says why.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_hasCurrent)
        {
            if (_hasReadEnd || !await WaitAsync(cancellationToken).ConfigureAwait(false))
                return 0;
            if (!_received.Reader.TryRead(out _current))
                continue;
            (_hasCurrent, _used) = (true, 0);
            if (_current.Kind == TunnelKind.End || _current.Body.Length == 0)
            {
                _hasReadEnd |= _current.Kind == TunnelKind.End;
                await TakeAsync().ConfigureAwait(false);
            }
        }

        int count = Math.Min(buffer.Length, _current.Body.Length - _used);
        _current.Body.Span.Slice(_used, count).CopyTo(buffer.Span);
        _used += count;
        if (_used == _current.Body.Length)
            await TakeAsync().ConfigureAwait(false);
        return count;
    }

    /// <summary>Sends bytes. It waits while the other end does not take them.</summary>
    /// <exception cref="IOException">The tunnel has failed; the message says why.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            ReadOnlyMemory<byte> part = buffer[..Math.Min(buffer.Length, MaxBody)];
            await SendNumberedAsync(TunnelKind.Data, part, cancellationToken).ConfigureAwait(false);
            buffer = buffer[part.Length..];
        }
    }

    /// <summary>Says that no more bytes follow. Reading goes on.</summary>
    /// <exception cref="IOException">The tunnel has failed; the message says why.</exception>
    public async Task EndWritingAsync(CancellationToken cancellationToken = default)
    {
        if (_hasSentEnd)
            return;
        await SendNumberedAsync(TunnelKind.End, default, cancellationToken).ConfigureAwait(false);
        _hasSentEnd = true;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _broker.Lost -= LoseBroker;
        bool isWhole = _hasSentEnd && _hasReadEnd;
        if (Fail("the tunnel is closed") && !isWhole)
            await TrySendAsync(TunnelKind.Reset, 0, Encoding.UTF8.GetBytes("the other end has gone")).ConfigureAwait(false);
        await _sayingAlive.ConfigureAwait(false);
        while (_received.Reader.TryRead(out ReceivedMessage left))
            left.Dispose();
        // What was read in part is left to the garbage collector, because a read may still copy from it.
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The host has opened the tunnel: says from now on that this end is there, and watches the other one.</summary>
    internal void Open()
    {
        IsOpened = true;
        _lastArrival = Stopwatch.GetTimestamp();
        _sayingAlive = SayAliveAsync();
    }

    /// <summary>Takes a message of the other end. It does not wait.</summary>
    internal void Receive(ReceivedMessage message)
    {
        Volatile.Write(ref _lastArrival, Stopwatch.GetTimestamp());
        switch (message.Kind)
        {
            case TunnelKind.Data or TunnelKind.End:
                ReceiveNumbered(message);
                return;
            case TunnelKind.Taken:
                ReceiveTaken(message.Number);
                break;
            case TunnelKind.Alive:
                ReceiveAlive(message.Number);
                break;
            case TunnelKind.Reset:
                Fail(ReasonOf(message, "the other end has closed the tunnel"));
                break;
        }

        message.Dispose();
    }

    /// <summary>The text in a message of a peer, without control characters.</summary>
    internal static string ReasonOf(ReceivedMessage message, string otherwise)
    {
        string text = Encoding.UTF8.GetString(message.Body.Span[..Math.Min(message.Body.Length, MaxReason)]);
        return text.Length == 0 ? otherwise : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
    }

    /// <summary>Why the tunnel has failed.</summary>
    internal IOException Failure()
    {
        lock (_gate)
            return new(_failure);
    }

    /// <summary>Ends the tunnel because the connection to the broker is lost.</summary>
    internal void LoseBroker() => Fail("the connection to the broker was lost");

    /// <summary>Ends the tunnel: the other end does not receive messages any more.</summary>
    internal void LoseOtherEnd() => Fail("the other end is not connected to the broker any more");

    private void ReceiveNumbered(ReceivedMessage message)
    {
        string? fault = null;
        lock (_gate)
        {
            if (message.Number == _expected && _failure is null)
            {
                _expected++;
                if (message.Body.Length > MaxBody)
                    fault = "the other end sends a message that is too long";
                else if (_expected - Volatile.Read(ref _taken) > Window)
                    fault = "the other end sends more than the window allows";
                else if (_received.Writer.TryWrite(message))
                    return;
            }
            else if (message.Number > _expected)
            {
                fault = $"the broker has lost messages: number {message.Number} came in place of {_expected}";
            }
        }

        // A message that came before is dropped.
        message.Dispose();
        if (fault is not null)
            FailAndTell(fault);
    }

    private void ReceiveTaken(ulong number)
    {
        int free;
        lock (_gate)
        {
            if (number <= _takenThere)
                return;
            if (number > Volatile.Read(ref _next))
                free = -1;
            else
                (free, _takenThere) = ((int)(number - _takenThere), number);
        }

        if (free > 0)
            _places.Release(free);
        else
            FailAndTell("the other end has taken what was not sent");
    }

    private void ReceiveAlive(ulong next)
    {
        bool isBehind;
        lock (_gate)
            isBehind = next > _expected;
        if (isBehind)
            FailAndTell("the broker has lost the last messages");
    }

    private async Task SendNumberedAsync(TunnelKind kind, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        try
        {
            await _places.WaitAsync(either.Token).ConfigureAwait(false);
            ulong number = _next;
            Volatile.Write(ref _next, number + 1);
            await _broker
                .PublishAsync(_subject, new SentMessage(kind, number, body), TunnelMessageFormat.Instance, either.Token)
                .ConfigureAwait(false);
            Volatile.Write(ref _sent, number + 1);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            throw Failure();
        }
        catch (Exception e) when (BrokerConnection.IsFailure(e))
        {
            throw new IOException($"cannot send through the broker: {e.Message}", e);
        }
    }

    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (await _received.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            return true;
        throw Failure();
    }

    private async ValueTask TakeAsync()
    {
        _current.Dispose();
        _hasCurrent = false;
        ulong taken = _taken + 1;
        Volatile.Write(ref _taken, taken);
        if (taken - _toldTaken < TakenStep)
            return;
        _toldTaken = taken;
        await TrySendAsync(TunnelKind.Taken, taken, default).ConfigureAwait(false);
    }

    private async Task SayAliveAsync()
    {
        using var timer = new PeriodicTimer(_times.Alive);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token).ConfigureAwait(false))
            {
                if (Stopwatch.GetElapsedTime(Volatile.Read(ref _lastArrival)) > _times.Silence)
                {
                    FailAndTell($"the other end is silent for {_times.Silence.TotalSeconds:0.###} s");
                    return;
                }

                await TrySendAsync(TunnelKind.Alive, Volatile.Read(ref _sent), default, _answers).ConfigureAwait(false);
                // A message that told it may be lost.
                await TrySendAsync(TunnelKind.Taken, Volatile.Read(ref _taken), default).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The tunnel has ended.
        }
    }

    private void FailAndTell(string reason)
    {
        if (Fail(reason))
            _ = TrySendAsync(TunnelKind.Reset, 0, Encoding.UTF8.GetBytes(reason));
    }

    // Returns false if the tunnel has failed before.
    private bool Fail(string reason)
    {
        lock (_gate)
        {
            if (_failure is not null)
                return false;
            _failure = reason;
        }

        _received.Writer.TryComplete();
        _ended.Cancel();
        return true;
    }

    // For messages whose loss the tunnel survives. Never throws.
    private async Task TrySendAsync(TunnelKind kind, ulong number, ReadOnlyMemory<byte> body, string? answers = null)
    {
        using var time = new CancellationTokenSource(_times.Alive);
        try
        {
            await _broker
                .PublishAsync(_subject, new SentMessage(kind, number, body), TunnelMessageFormat.Instance, time.Token, answers)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException || BrokerConnection.IsFailure(e))
        {
            // The other end notices the silence.
        }
    }
}
