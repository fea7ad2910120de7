using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Multiplexes channels over one <see cref="Stream"/>. The caller provides the secure stream.</summary>
public sealed class Connection : IAsyncDisposable
{
    // Characters, each of at most 6 bytes.
    private const int MaxMessageOfTheDay = 2048;

    private readonly Stream _stream;
    private readonly ConnectionOptions _options;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly FrameSender _sender;
    private readonly FrameDispatcher _dispatcher;
    private readonly ChannelTable _channels;
    private readonly Keepalive _keepalive;
    private readonly Lock _opening = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<HelloMessage> _hello = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private CloseReason? _closing;
    private CloseReason? _reason;

    private Connection(Stream stream, ConnectionOptions options, uint firstChannel, FrameHandlers handlers)
    {
        _stream = stream;
        _options = options;
        _reader = new(stream, FrameLimits.BeforeHello);
        _writer = new(stream, e => End(LostReason(e)));
        _sender = new(_writer, End);
        _channels = new(firstChannel);
        FrameHandlers all = handlers with { HelloReceived = hello => OnHello(hello, handlers.HelloReceived) };
        _dispatcher = new(_sender, _channels, options.MaxChannels, all);
        _keepalive = new(options, () => _reader.BytesRead, () => Post(new PingMessage { Id = Environment.TickCount64 }), End);
    }

    /// <summary>Cancelled when the connection has ended. <see cref="Reason"/> then says why.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Why the connection ended. Null until then. The first reason stays.</summary>
    public CloseReason? Reason => Volatile.Read(ref _reason);

    /// <summary>When the peer last sent a frame of a channel, except <c>window</c> and <c>resize</c>.</summary>
    /// <remarks>In ms, as <see cref="Environment.TickCount64"/>.</remarks>
    public long LastHeard => _dispatcher.LastHeard;

    /// <summary>When this side last sent bytes of a stream, in ms, as <see cref="Environment.TickCount64"/>.</summary>
    public long LastSent => _sender.LastSent;

    /// <summary>Bytes of frames received so far.</summary>
    public long BytesReceived => _reader.BytesRead;

    /// <summary>Bytes of frames sent so far.</summary>
    public long BytesSent => _writer.BytesWritten;

    /// <summary>Bytes of frames that wait to be written.</summary>
    public long BytesWaiting => _writer.BytesWaiting;

    /// <summary>The peer's <c>hello</c>. Fails if the connection ends before it arrives.</summary>
    public Task<HelloMessage> PeerHello => _hello.Task;

    /// <summary>Starts the client's side: sends <c>hello</c> and reads until the connection ends.</summary>
    public static Connection StartClient(Stream stream, ConnectionOptions options, FrameHandlers handlers)
        => new Connection(stream, options, firstChannel: 1, handlers).Start();

    /// <summary>Starts the server's side: sends <c>hello</c> and reads until the connection ends.</summary>
    public static Connection StartServer(Stream stream, ConnectionOptions options, FrameHandlers handlers)
        => new Connection(stream, options, firstChannel: 2, handlers).Start();

    /// <summary>Sends <c>hello</c>, for a connection that <see cref="StartGreeted"/> starts.</summary>
    public static async Task GreetAsync(Stream stream, ConnectionOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        var frames = new FrameBuffer(initialCapacity: 1024);
        frames.AppendFrame(MessageCodec.Encode(HelloOf(options)));
        await stream.WriteAsync(frames.Memory, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts the server's side of a stream on which <see cref="GreetAsync"/> has sent <c>hello</c>.</summary>
    /// <param name="stream">The secure stream.</param>
    /// <param name="options">How the connection behaves, as in the <c>hello</c>.</param>
    /// <param name="handlers">What is done with messages.</param>
    /// <param name="received">What was read from the stream already.</param>
    public static Connection StartGreeted(
        Stream stream, ConnectionOptions options, FrameHandlers handlers, ReadOnlyMemory<byte> received)
    {
        var connection = new Connection(stream, options, firstChannel: 2, handlers);
        connection._reader.PutBack(received.Span);
        return connection.Run();
    }

    /// <summary>Opens a channel. <paramref name="prepare"/> adds its byte streams before the peer can answer.</summary>
    public Channel Open(OpenRequest request, Action<Channel> prepare)
    {
        ArgumentNullException.ThrowIfNull(prepare);
        return Open(channel =>
        {
            prepare(channel);
            return request;
        });
    }

    /// <summary>Opens a channel. <paramref name="prepare"/> adds the channel's byte streams and returns the request.</summary>
    public Channel Open(Func<Channel, OpenRequest> prepare)
    {
        ArgumentNullException.ThrowIfNull(prepare);
        Channel channel;
        // Channel numbers must reach the peer in ascending order.
        lock (_opening)
        {
            channel = _channels.Add(id => new Channel(_sender, id, _channels.Remove));
            try
            {
                channel.Post(prepare(channel));
            }
            catch (ChannelException e)
            {
                // Nothing was sent, and the number stays unused.
                channel.End(e);
                throw;
            }
        }

        channel.Activate();

        if (_channels.Ended is { } cause)
            channel.End(cause);
        return channel;
    }

    /// <summary>Sends a message without a channel.</summary>
    public void Post(Message message) => _sender.Post(message);

    /// <summary>Sends a message that others follow at once, in the same write if they come in time.</summary>
    public void PostGathered(Message message) => _sender.PostGathered(message);

    /// <summary>Sends the last message, waits until it is written or the close grace ends, and closes.</summary>
    public async Task CloseAsync(Message lastMessage)
    {
        ArgumentNullException.ThrowIfNull(lastMessage);
        _closing ??= lastMessage switch
        {
            ErrorMessage error => CloseReason.From(error),
            GoodbyeMessage { Reason.Length: > 0 } goodbye => new(CloseReason.Goodbye, goodbye.Reason),
            _ => new(CloseReason.Goodbye, "closed"),
        };
        if (Reason is null)
        {
            using var grace = new CancellationTokenSource(_options.CloseGrace);
            await SendLastMessageAsync(lastMessage, grace.Token).ConfigureAwait(false);
            // What the peer still sends would reset a closed socket, and discard the last messages. So the peer closes first.
            if (_channels.PeerMaySend)
                await _running.WaitAsync(grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        End(_closing);
        await _running.ConfigureAwait(false);
    }

    /// <summary>Ends the connection without a last message, because the peer does not answer.</summary>
    public void Abort(CloseReason reason) => End(reason);

    /// <summary>Ends the connection. Sends <c>goodbye</c> if the peer reads it within the close grace.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync(new GoodbyeMessage()).ConfigureAwait(false);

    private static HelloMessage HelloOf(ConnectionOptions options) => new()
    {
        Version = HelloMessage.CurrentVersion,
        Agent = options.Agent,
        // The peer accepts a short header before it has read this.
        Motd = options.MessageOfTheDay is { } text ? Message.Cut(text, MaxMessageOfTheDay) : null,
        Limits = new() { Header = options.Limits.MaxHeader, Body = options.Limits.MaxBody, Channels = options.MaxChannels },
        Proof = options.Proof,
        Key = options.Key,
        Keys = options.Keys,
        Invitation = options.Invitation,
        NextKey = options.NextKey,
    };

    private Connection Start()
    {
        Post(HelloOf(_options));
        return Run();
    }

    private Connection Run()
    {
        _running = RunAsync();
        return this;
    }

    private async Task RunAsync()
    {
        Task keepalive = _keepalive.RunAsync(_ended.Token);
        try
        {
            End(await ReadAllAsync().ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            End(LostReason(e));
        }
        catch (Exception e)
        {
            // Any exception ends only this connection, and the peer gets the reason.
            CloseReason reason = FaultReason(e);
            var error = new ErrorMessage { Code = reason.Code, Text = reason.Text, Hint = reason.Hint };
            using (var grace = new CancellationTokenSource(_options.CloseGrace))
                await SendLastMessageAsync(error, grace.Token).ConfigureAwait(false);
            await LingeringClose.DrainAsync(_stream, _options.CloseGrace).ConfigureAwait(false);
            End(reason);
        }

        await keepalive.ConfigureAwait(false);
        _reader.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<CloseReason> ReadAllAsync()
    {
        while (await _reader.ReadAsync(_ended.Token).ConfigureAwait(false) is { } frame)
        {
            if (Reason is { } over)
            {
                frame.Body.Dispose();
                return over;
            }

            if (_dispatcher.Dispatch(frame) is { } last)
                return last;
        }

        return new(CloseReason.Lost, "the other side closed the connection without a goodbye");
    }

    private async Task SendLastMessageAsync(Message lastMessage, CancellationToken grace)
    {
        Post(lastMessage);
        await _writer.CompleteAsync().WaitAsync(grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void OnHello(HelloMessage hello, Action<HelloMessage>? greeted)
    {
        greeted?.Invoke(hello);
        _reader.Limits = _options.Limits;
        _sender.PeerLimits = new()
        {
            MaxHeader = Math.Min(hello.Limits.Header, FrameLimits.Default.MaxHeader),
            MaxBody = Math.Min(hello.Limits.Body, FrameLimits.Default.MaxBody),
        };
        _hello.TrySetResult(hello);
    }

    private static CloseReason LostReason(Exception e) => e is FrameException frame
        ? new(frame.Code, frame.Message)
        : new(CloseReason.Lost, $"the connection is lost: {e.Message}");

    private static CloseReason FaultReason(Exception e) => e switch
    {
        FrameException frame => new(frame.Code, frame.Message),
        ConnectionException connection => connection.Reason,
        _ => new(ErrorCode.Internal, $"this side failed: {e.Message}"),
    };

    private void End(CloseReason reason)
    {
        reason = _closing ?? reason;
        if (Interlocked.CompareExchange(ref _reason, reason, null) is not null)
            return;
        var cause = new ConnectionException(reason);
        _hello.TrySetException(cause);
        // Observe the exception, because it is unobserved if no caller awaits PeerHello.
        _ = _hello.Task.Exception;
        _writer.Abort(cause);
        foreach (Channel channel in _channels.Close(cause))
            channel.End(cause);
        _ended.Cancel();
    }
}
