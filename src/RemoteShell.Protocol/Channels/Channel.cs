using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>One conversation on a connection: messages, and named byte streams in either direction.</summary>
public sealed class Channel : IAsyncDisposable
{
    // More than any conversation here has under way; a peer that sends on regardless is cut off.
    private const int MaxWaitingMessages = 64;

    // More streams than any request has.
    private const int MaxEarlyLimits = 8;

    private readonly FrameSender _sender;
    private readonly Action<Channel> _forget;
    private readonly CancellationTokenSource _ended = new();
    private readonly AsyncAutoResetEvent _arrived = new();
    private readonly Lock _gate = new();

    // Under _gate.
    private readonly Queue<Message> _messages = new();
    private readonly Dictionary<string, IncomingStream> _incoming = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OutgoingStream> _outgoing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WindowUpdate> _earlyLimits = new(StringComparer.Ordinal);
    private Exception? _failure;

    internal Channel(FrameSender sender, uint id, Action<Channel> forget) => (_sender, Id, _forget) = (sender, id, forget);

    /// <summary>The number on the wire.</summary>
    public uint Id { get; }

    internal FrameSender Sender => _sender;

    /// <summary>Cancelled once the channel has ended, whichever way.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Adds a byte stream that the peer will send, of which it may send <paramref name="window"/> bytes at first.</summary>
    public IncomingStream AddIncoming(string name, long window, string digest)
    {
        var stream = new IncomingStream(name, window, digest);
        AddIncoming(stream);
        stream.Activate(this, _sender);
        return stream;
    }

    /// <summary>Lets this channel carry a stream that the peer will send. Once the peer knows of it, call <see cref="Activate"/>.</summary>
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

    /// <summary>Tells the peer the limits of the streams that it sends; the channel must be known to it, and so must they.</summary>
    public void Activate()
    {
        IncomingStream[] streams;
        lock (_gate)
            streams = [.. _incoming.Values];
        foreach (IncomingStream stream in streams)
            stream.Activate(this, _sender);
    }

    /// <summary>Adds a byte stream that this end sends, up to <paramref name="limit"/> at first.</summary>
    public OutgoingStream AddOutgoing(string name, long limit, string digest) => AddOutgoing(name, new(limit), new StreamDigest(digest));

    /// <summary>Adds a byte stream that this end sends, from the window's offset on.</summary>
    /// <param name="name">The name on the wire.</param>
    /// <param name="window">Where it begins, and how far it may go at first.</param>
    /// <param name="digest">What the stream came to before; it goes on here.</param>
    /// <param name="log">Where the stream's bytes are kept until the peer has them; null where they need not be.</param>
    /// <param name="size">The peer's window at first, by which its limits acknowledge.</param>
    public OutgoingStream AddOutgoing(string name, SendWindow window, StreamDigest digest, ReplayBuffer? log = null, long size = 0)
    {
        var stream = new OutgoingStream(_sender, Id, name, window, digest, log, size);
        bool isExtended;
        WindowUpdate early;
        lock (_gate)
        {
            _outgoing.Add(name, stream);
            if (_failure is not null)
                stream.Window.Fail(_failure);
            isExtended = _earlyLimits.Remove(name, out early);
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

    /// <summary>Why the channel ended; null while it lives.</summary>
    public Exception? Failure
    {
        get
        {
            lock (_gate)
                return _failure;
        }
    }

    /// <summary>The next message of the peer on this channel.</summary>
    /// <exception cref="ChannelException">The channel has ended before one came.</exception>
    /// <exception cref="ConnectionException">The connection has ended before one came.</exception>
    public async ValueTask<Message> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_messages.TryDequeue(out Message? message))
                    return message;
                if (_failure is not null)
                    throw _failure;
            }

            await _arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a message on this channel; nothing once the channel has ended.</summary>
    public void Post(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (_gate)
        {
            if (_failure is not null)
                return;
        }

        _sender.Post(message with { Channel = Id });
    }

    /// <summary>Ends the channel with its last message. Its number no longer counts when the peer reads that.</summary>
    public void Finish(Message last)
    {
        ArgumentNullException.ThrowIfNull(last);
        if (End(new ChannelException(new CloseReason(CloseReason.Goodbye, "the channel is over"))))
            _sender.Post(last with { Channel = Id });
    }

    /// <summary>Ends the channel for a fault, and tells the peer.</summary>
    public void Fail(CloseReason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (End(new ChannelException(reason)))
            _sender.Post(new ErrorMessage { Channel = Id, Code = reason.Code, Text = reason.Text, Cure = reason.Cure });
    }

    /// <summary>Gives up the whole connection, without a word: for one that is known to be dead, although nobody has told.</summary>
    public void EndConnection(CloseReason reason) => _sender.EndConnection(reason);

    /// <summary>Ends the channel. Where its result has not come or gone yet, call <see cref="Fail"/> first, so that the peer knows why.</summary>
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
                Incoming(header.Stream).End(this, new(header.Offset, header.Digest ?? throw new ChannelException(ErrorCode.BadHeader, "'end' needs a digest")));
                break;
            default:
                Extend(header.Stream, new(header.Offset, header.Window));
                break;
        }
    }

    internal void Receive(Message message)
    {
        lock (_gate)
        {
            if (_messages.Count >= MaxWaitingMessages)
                throw new ChannelException(ErrorCode.Overflow, $"more than {MaxWaitingMessages} messages wait on the channel");
            _messages.Enqueue(message);
        }

        _arrived.Set();
    }

    // True for the first end only.
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

        _forget(this);
        foreach (IncomingStream stream in incoming)
            stream.Unbind(this, cause);
        foreach (OutgoingStream stream in outgoing)
            stream.Window.Fail(cause);
        _arrived.Set();
        _ended.Cancel();
        return true;
    }

    private IncomingStream Incoming(string name)
    {
        lock (_gate)
            return _incoming.TryGetValue(name, out IncomingStream? stream)
                ? stream
                : throw new ChannelException(ErrorCode.UnknownStream, $"this channel takes no stream '{name}'");
    }

    // A window may come before this end has begun the stream, and after it has ended it. What is told early must not be lost: it is not told again.
    private void Extend(string name, WindowUpdate update)
    {
        OutgoingStream? stream;
        lock (_gate)
        {
            if (!_outgoing.TryGetValue(name, out stream) && (_earlyLimits.Count < MaxEarlyLimits || _earlyLimits.ContainsKey(name)))
                _earlyLimits[name] = update.Limit >= _earlyLimits.GetValueOrDefault(name).Limit ? update : _earlyLimits[name];
        }

        stream?.Extend(update);
    }
}
