using System.Collections.Concurrent;
using System.Diagnostics;
using RemoteShell.Client.Connections;
using RemoteShell.Client.Trust;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Keeping;

/// <summary>The kept connection to the server, as frames.</summary>
internal sealed class KeptLink : IAsyncDisposable
{
    // Beside a round trip, for the first byte after a request.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(200);

    // In ms: what was sent this long ago may still wait for a slow path.
    private const long SendingTime = 10_000;

    // A longer round trip was measured while this machine or the server was busy, and says nothing about the path.
    private static readonly TimeSpan LongestRoundTrip = TimeSpan.FromSeconds(1);

    // Beside four round trips, for the answer to a ping by a server that is busy.
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(1);

    private readonly SecureStream _stream;
    private readonly ConnectionOptions _options;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly CancellationTokenSource _ended = new();
    private TimeSpan _roundTrip;
    private bool _isProbing;

    // The channels whose requests the server has not answered; the values have no meaning.
    private readonly ConcurrentDictionary<uint, bool> _unanswered = new();
    private long _pongs;

    // When data was last sent, in ms.
    private long _lastData = long.MinValue / 2;

    private KeptLink(SecureStream stream, ConnectionOptions options)
    {
        (_stream, _options) = (stream, options);
        _reader = new(stream.Stream, FrameLimits.BeforeHello);
        _writer = new(stream.Stream, _ => End());
    }

    /// <summary>The header of the server's <c>hello</c>.</summary>
    public byte[] Hello { get; private set; } = [];

    /// <summary>The number of channels that the server allows.</summary>
    public int MaxChannels { get; private set; }

    /// <summary>Cancelled when the connection has ended.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Connects, and returns when the server has accepted this client's key.</summary>
    /// <exception cref="ConnectFailedException">The server cannot be reached, or does not accept this client.</exception>
    /// <exception cref="HostKeyException">The server's key is not trusted.</exception>
    /// <exception cref="PrivateFileException">This client's own files can be read or changed by others, or are damaged.</exception>
    public static async Task<KeptLink> OpenAsync(ClientOptions options, CancellationToken cancellationToken)
    {
        using Identity? own = options.Identity is not null
            ? null
            : options.IdentityPem is { } pem ? Identity.FromPem(pem) : Identity.Load(options.IdentityFile);
        Identity identity = options.Identity ?? own!;
        (SecureStream stream, HostKeyFollower? follower) = await Dialer
            .DialAsync(options, identity, options.ConnectTimeout, cancellationToken)
            .ConfigureAwait(false);
        var link = new KeptLink(stream, options.Connection);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(options.ConnectTimeout);
            await link.GreetAsync(follower, limit.Token).ConfigureAwait(false);
            return link;
        }
        catch (Exception e) when (e is IOException or FrameException or OperationCanceledException)
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw new ConnectFailedException($"{options.Host} does not accept a connection to keep: {e.Message}", e);
        }
    }

    /// <summary>Sends a frame without a body.</summary>
    public void Post(ReadOnlySpan<byte> header) => _writer.Post(header);

    /// <summary>Sends a frame when it is its producer's turn.</summary>
    /// <exception cref="IOException">The connection has ended.</exception>
    public ValueTask WriteAsync(WriteSlot slot, ReadOnlyMemory<byte> body)
    {
        Volatile.Write(ref _lastData, Environment.TickCount64);
        return _writer.WriteAsync(slot, body);
    }

    /// <summary>Sends a frame without a body, on another thread: for a caller that holds a lock.</summary>
    public void PostLater(ReadOnlySpan<byte> header) => _writer.PostGathered(header);

    /// <summary>The server's next frame, except for pings and pongs; null if the connection has ended.</summary>
    public async ValueTask<ReceivedFrame?> ReadAsync()
    {
        try
        {
            while (await _reader.ReadAsync(_ended.Token).ConfigureAwait(false) is { } frame)
            {
                if (frame.Envelope.Channel != 0)
                    _unanswered.TryRemove(frame.Envelope.Channel, out _);
                if (frame.Envelope.Channel != 0 || !IsQuestion(frame))
                    return frame;
                frame.Body.Dispose();
            }
        }
        catch (Exception e) when (e is IOException or FrameException or OperationCanceledException or ObjectDisposedException)
        {
            // The programs learn it by the end of their own connections.
        }

        End();
        return null;
    }

    /// <summary>Notes a channel whose request is about to be sent.</summary>
    public void Expect(uint channel) => _unanswered[channel] = true;

    /// <summary>Ends the connection if the server does not answer: a request was just sent.</summary>
    /// <remarks>
    /// Most requests are answered in time by themselves. Only otherwise the server is asked. While data is sent, the answer may wait behind
    /// it on a slow path: then only the usual keepalive counts.
    /// </remarks>
    public async Task ProbeAsync()
    {
        if (Interlocked.Exchange(ref _isProbing, true))
            return;
        do
        {
            await ProbeOnceAsync().ConfigureAwait(false);
            Volatile.Write(ref _isProbing, false);
        }
        while (!_unanswered.IsEmpty && !Interlocked.Exchange(ref _isProbing, true) && !_ended.IsCancellationRequested);
    }

    // Other bytes than the answer may have been under way when the path died, so they count only while more of them come.
    private async Task ProbeOnceAsync()
    {
        uint[] asked = [.. _unanswered.Keys];
        await PauseAsync(AnswerTime + _roundTrip).ConfigureAwait(false);
        if (!asked.Any(_unanswered.ContainsKey))
            return;
        long answers = Volatile.Read(ref _pongs), heard;
        Post(MessageCodec.Encode(new PingMessage()));
        do
        {
            heard = _reader.BytesRead;
            await PauseAsync(ProbeTime + (4 * _roundTrip)).ConfigureAwait(false);
        }
        while (Volatile.Read(ref _pongs) == answers && _reader.BytesRead != heard);
        bool isSending = Environment.TickCount64 - Volatile.Read(ref _lastData) < SendingTime;
        if (Volatile.Read(ref _pongs) == answers && !isSending)
            End();
        // The server is there: some requests are answered late.
        foreach (uint channel in asked)
            _unanswered.TryRemove(channel, out _);

        async Task PauseAsync(TimeSpan time)
            => await Task.Delay(time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Asks a silent server, and ends the connection if the server stays silent.</summary>
    public async Task KeepAliveAsync()
    {
        using var timer = new PeriodicTimer(_options.KeepaliveInterval);
        long heard = 0, heardAt = Stopwatch.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token).ConfigureAwait(false))
            {
                if (_reader.BytesRead != heard)
                {
                    (heard, heardAt) = (_reader.BytesRead, Stopwatch.GetTimestamp());
                    continue;
                }

                if (Stopwatch.GetElapsedTime(heardAt) >= _options.KeepaliveTimeout)
                    End();
                Post(MessageCodec.Encode(new PingMessage()));
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    /// <summary>Says goodbye, and ends the connection.</summary>
    public async Task LeaveAsync()
    {
        Post(MessageCodec.Encode(new GoodbyeMessage()));
        await _writer.CompleteAsync().WaitAsync(_options.CloseGrace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        End();
    }

    /// <summary>Ends the connection without a goodbye: the server treats what runs on it as after a loss.</summary>
    public void End()
    {
        _ended.Cancel();
        // A write that the path does not take would hold up the end of the program that waits for it.
        _writer.Abort(new IOException("the kept connection has ended"));
    }

    public async ValueTask DisposeAsync()
    {
        End();
        await _stream.DisposeAsync().ConfigureAwait(false);
        _reader.Dispose();
    }

    private async Task GreetAsync(HostKeyFollower? follower, CancellationToken cancellationToken)
    {
        Post(MessageCodec.Encode(new HelloMessage
        {
            Version = HelloMessage.CurrentVersion,
            Agent = _options.Agent,
            Limits = new() { Header = _options.Limits.MaxHeader, Body = _options.Limits.MaxBody, Channels = _options.MaxChannels },
        }));
        long asked = Stopwatch.GetTimestamp();
        Post(MessageCodec.Encode(new PingMessage()));
        while (await _reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            frame.Body.Dispose();
            switch (MessageCodec.Decode(frame.Envelope.Type, frame.Header.Span))
            {
                case HelloMessage hello:
                    (Hello, MaxChannels) = (frame.Header.ToArray(), hello.Limits.Channels);
                    _reader.Limits = _options.Limits;
                    follower?.Follow(hello);
                    break;
                // A refusal comes after the hello, so only this answer shows that the key was accepted.
                case PongMessage when Hello.Length > 0:
                    TimeSpan measured = Stopwatch.GetElapsedTime(asked);
                    _roundTrip = measured < LongestRoundTrip ? measured : LongestRoundTrip;
                    return;
                case ErrorMessage error:
                    throw new IOException(error.Text);
            }
        }

        throw new IOException("it closed the connection");
    }

    private bool IsQuestion(in ReceivedFrame frame)
    {
        switch (frame.Envelope.Type)
        {
            case "ping":
                long id = MessageCodec.Decode("ping", frame.Header.Span) is PingMessage ping ? ping.Id : 0;
                Post(MessageCodec.Encode(new PongMessage { Id = id }));
                return true;
            case "pong":
                Interlocked.Increment(ref _pongs);
                return true;
            default:
                return false;
        }
    }
}
