using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>A channel of a connection: messages, and named byte streams in either direction.</summary>
public sealed class Channel : IAsyncDisposable
{
    // More than any request needs. A peer that sends more gets 'overflow'.
    private const int MaxWaitingMessages = 64;

    // Bytes of the headers of these messages. The other side of a request sends signals and terminal sizes only.
    private const int MaxWaitingBytes = 512 * 1024;
    private const int MaxWaitingBytesFromOpener = 16 * 1024;

    // More streams than any request has.
    private const int MaxEarlyUpdates = 8;

    private readonly FrameSender _sender;
    private readonly Action<Channel> _onEnded;
    private readonly CancellationTokenSource _ended = new();
    private readonly AsyncAutoResetEvent _arrived = new();
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Queue<(Message Message, int Bytes)> _messages = new();
    private readonly Dictionary<string, IncomingStream> _incoming = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OutgoingStream> _outgoing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WindowUpdate> _earlyUpdates = new(StringComparer.Ordinal);
    private int _waitingBytes;
    private Exception? _failure;
    private bool _isOpened;

    internal Channel(FrameSender sender, uint id, Action<Channel> onEnded) => (_sender, Id, _onEnded) = (sender, id, onEnded);

    /// <summary>The channel's number on the wire.</summary>
    public uint Id { get; }

    /// <summary>Bytes of the header of the request, if the peer opened the channel; else 0.</summary>
    public int RequestBytes { get; internal init; }

    /// <summary>The message with which this side ended the channel; null: it has not.</summary>
    public Message? LastSent { get; private set; }

    /// <summary>This side has failed the channel. The peer may still send, and may have to end what it does for it.</summary>
    internal bool IsLeft { get; private set; }

    internal FrameSender Sender => _sender;

    /// <summary>Cancelled when the channel has ended, for any reason.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Adds a byte stream that the peer sends. The peer may send <paramref name="window"/> bytes at first.</summary>
    public IncomingStream AddIncoming(string name, long window, string digest)
    {
        var stream = new IncomingStream(name, window, digest);
        AddIncoming(stream);
        stream.Activate(this, _sender);
        return stream;
    }

    /// <summary>Adds a byte stream that the peer sends. Call <see cref="Activate"/> once the peer knows channel and stream.</summary>
    public void AddIncoming(IncomingStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Exception? failure;
        lock (_gate)
        {
            stream.Bind(this);
            _incoming.Add(stream.Name, stream);
            failure = _failure;
        }

        if (failure is not null)
            stream.Unbind(this, failure);
    }

    /// <summary>Sends the limits of the incoming streams. The peer must already know the channel and its streams.</summary>
    public void Activate()
    {
        IncomingStream[] streams;
        lock (_gate)
            streams = [.. _incoming.Values];
        foreach (IncomingStream stream in streams)
            stream.Activate(this, _sender);
    }

    /// <summary>Adds a byte stream that this side sends, up to <paramref name="limit"/> at first.</summary>
    public OutgoingStream AddOutgoing(string name, long limit, string digest)
        => AddOutgoing(name, new(limit), new StreamDigest(digest), buffer: null, limit);

    /// <summary>Adds a byte stream that this side sends, from the window's offset on.</summary>
    /// <param name="name">The stream's name on the wire.</param>
    /// <param name="window">The first offset, and the first limit.</param>
    /// <param name="digest">The digest of the bytes before that offset. The stream continues it.</param>
    /// <param name="buffer">Keeps the bytes until the peer acknowledges them. Null if they need not be kept.</param>
    /// <param name="size">The peer's first window in bytes. A limit minus the window is an acknowledgement.</param>
    public OutgoingStream AddOutgoing(string name, SendWindow window, StreamDigest digest, ReplayBuffer? buffer, long size)
    {
        var stream = new OutgoingStream(_sender, Id, name, window, digest, buffer, size);
        bool isExtended;
        WindowUpdate early;
        lock (_gate)
        {
            _outgoing.Add(name, stream);
            if (_failure is not null)
                stream.Window.Fail(_failure);
            isExtended = _earlyUpdates.Remove(name, out early);
        }

        if (isExtended)
            stream.Extend(early);
        return stream;
    }

    /// <summary>Returns once the channel has ended.</summary>
    public async Task EndedAsync()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (Ended.UnsafeRegister(_ => ended.SetResult(), null).ConfigureAwait(false))
            await ended.Task.ConfigureAwait(false);
    }

    /// <summary>Why the channel ended. Null until then.</summary>
    public Exception? Failure
    {
        get
        {
            lock (_gate)
                return _failure;
        }
    }

    /// <summary>Returns the next message of the peer on this channel.</summary>
    /// <exception cref="ChannelException">The channel has ended, and all its messages were returned.</exception>
    /// <exception cref="ConnectionException">The connection has ended, and all messages were returned.</exception>
    public async ValueTask<Message> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_messages.TryDequeue(out (Message Message, int Bytes) next))
                {
                    _waitingBytes -= next.Bytes;
                    return next.Message;
                }

                if (_failure is not null)
                    throw _failure;
            }

            await _arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a message on this channel. Does nothing if the channel has ended.</summary>
    public void Post(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (_gate)
        {
            if (_failure is not null)
                return;
            _isOpened |= message is OpenedMessage;
        }

        if (message is OpenedMessage)
            _sender.PostGathered(message with { Channel = Id });
        else
            _sender.Post(message with { Channel = Id });
    }

    /// <summary>Ends the channel with its last message. The peer frees the channel when it reads that message.</summary>
    public void Finish(Message last)
    {
        ArgumentNullException.ThrowIfNull(last);
        if (End(new ChannelException(new CloseReason(CloseReason.Goodbye, "the channel is over"))))
            PostLast(last);
    }

    /// <summary>Ends the channel because of an error, and sends the error to the peer.</summary>
    /// <remarks>A connection that opened the channel closes only after the peer, so that the error arrives.</remarks>
    public void Fail(CloseReason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        // The end takes the channel out of the connection's table.
        IsLeft = true;
        if (End(new ChannelException(reason)))
            PostLast(new ErrorMessage { Code = reason.Code, Text = reason.Text, Hint = reason.Hint });
    }

    /// <summary>Ends the whole connection without a last message, because it is known to be dead.</summary>
    public void EndConnection(CloseReason reason) => _sender.EndConnection(reason);

    /// <summary>Ends the channel and sends nothing. Call <see cref="Fail"/> first if the peer still waits for a result.</summary>
    public ValueTask DisposeAsync()
    {
        End(new ChannelException(new CloseReason(CloseReason.Goodbye, "the channel is closed")));
        return ValueTask.CompletedTask;
    }

    internal void Receive(in FrameEnvelope envelope, StreamHeader header, PooledBytes body)
    {
        switch (envelope.Type)
        {
            case "data":
                Incoming(header.Stream).Receive(this, header.Offset, body);
                break;
            case "end":
                Incoming(header.Stream).End(this, new(header.Offset, header.Digest!));
                break;
            default:
                Extend(header.Stream, new(header.Offset, header.Window));
                break;
        }
    }

    internal void Receive(Message message, int bytes)
    {
        int most = RequestBytes > 0 ? MaxWaitingBytesFromOpener : MaxWaitingBytes;
        lock (_gate)
        {
            if (_waitingBytes + bytes > most)
                throw new ChannelException(ErrorCode.Overflow, $"messages of more than {most} bytes wait on the channel");
            if (_messages.Count >= MaxWaitingMessages)
                throw new ChannelException(ErrorCode.Overflow, $"more than {MaxWaitingMessages} messages wait on the channel");
            _messages.Enqueue((message, bytes));
            _waitingBytes += bytes;
            _isOpened |= message is OpenedMessage;
        }

        _arrived.Set();
    }

    // Returns true for the first call only.
    internal bool End(Exception cause)
    {
        IncomingStream[] incoming;
        OutgoingStream[] outgoing;
        lock (_gate)
        {
            if (_failure is not null)
                return false;
            _failure = cause;
            incoming = [.. _incoming.Values];
            outgoing = [.. _outgoing.Values];
        }

        _onEnded(this);
        foreach (IncomingStream stream in incoming)
            stream.Unbind(this, cause);
        foreach (OutgoingStream stream in outgoing)
            stream.Window.Fail(cause);
        _arrived.Set();
        _ended.Cancel();
        return true;
    }

    private void PostLast(Message last)
    {
        LastSent = last;
        _sender.Post(last with { Channel = Id });
    }

    private IncomingStream Incoming(string name)
    {
        lock (_gate)
        {
            if (_incoming.TryGetValue(name, out IncomingStream? stream))
                return stream;
            throw _isOpened
                ? new ChannelException(ErrorCode.UnknownStream, $"this channel does not receive a stream '{name}'")
                : new ChannelException(ErrorCode.OutOfOrder, $"bytes of the stream '{name}' came before 'opened'");
        }
    }

    // A window may arrive before this side has added the stream, or after the stream has ended. The peer does not repeat it, so an early
    // one is kept.
    private void Extend(string name, WindowUpdate update)
    {
        OutgoingStream? stream;
        lock (_gate)
        {
            if (!_outgoing.TryGetValue(name, out stream) && (_earlyUpdates.Count < MaxEarlyUpdates || _earlyUpdates.ContainsKey(name)))
                _earlyUpdates[name] = update.Limit >= _earlyUpdates.GetValueOrDefault(name).Limit ? update : _earlyUpdates[name];
        }

        stream?.Extend(update);
    }
}
