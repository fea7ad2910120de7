using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Passes each frame to its channel or to the connection. A bad frame ends either its channel or the connection.</summary>
internal sealed class FrameDispatcher(FrameSender sender, ChannelTable channels, int maxChannels, FrameHandlers handlers)
{
    private bool _hasHello;
    private long _lastHeard = Environment.TickCount64;

    /// <summary>When the peer last sent a frame of a channel. <c>window</c> and <c>resize</c> do not count: no user causes them.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    // Returns the reason if the frame ends the connection normally, else null.
    public CloseReason? Dispatch(in ReceivedFrame frame)
    {
        if (!_hasHello && frame.Envelope.Type is not ("hello" or "error" or "goodbye"))
        {
            frame.Body.Dispose();
            throw new ConnectionException(new(ErrorCode.OutOfOrder, $"the first frame must be 'hello', not '{frame.Envelope.Type}'"));
        }

        if (frame.Envelope.Channel != 0)
        {
            if (frame.Envelope.Type == "open")
                Open(frame);
            else
                ToChannel(frame);
            return null;
        }

        frame.Body.Dispose();
        if (!frame.IsIntact)
            throw new FrameException(ErrorCode.BadHash, $"the body of '{frame.Envelope.Type}' does not match the hash in its header");
        if (frame.Envelope.Size > 0)
            throw new FrameException(ErrorCode.BadSize, $"'{frame.Envelope.Type}' must not have a body");
        if (frame.Envelope.Type == "open")
            throw new ConnectionException(new(ErrorCode.OutOfOrder, "'open' is not valid without a channel"));
        return ToConnection(MessageCodec.Decode(frame.Envelope.Type, frame.Header.Span), frame.Envelope.Type);
    }

    private CloseReason? ToConnection(Message? message, string type)
    {
        switch (message)
        {
            case HelloMessage hello when !_hasHello:
                _hasHello = true;
                if (hello.Version < 1)
                {
                    throw new ConnectionException(new(
                        ErrorCode.Version,
                        $"protocol version {hello.Version} does not exist; this side speaks {HelloMessage.CurrentVersion}"));
                }

                handlers.HelloReceived?.Invoke(hello);
                return null;
            case PingMessage ping:
                sender.Post(new PongMessage { Id = ping.Id, Time = (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds });
                return null;
            case PongMessage pong:
                handlers.PongReceived?.Invoke(pong);
                return null;
            case NoticeMessage notice:
                handlers.NoticeReceived?.Invoke(notice.Text);
                return null;
            case DeliveredMessage delivered:
                handlers.ResultDelivered?.Invoke(delivered.Job);
                return null;
            case GoodbyeMessage goodbye:
                return new(CloseReason.Goodbye, goodbye.Reason.Length > 0 ? goodbye.Reason : "the other side closed the connection");
            case ErrorMessage error:
                return CloseReason.From(error);
            default:
                string code = message is null ? ErrorCode.UnknownType : ErrorCode.OutOfOrder;
                throw new ConnectionException(new(code, $"'{type}' is not valid without a channel"));
        }
    }

    private void ToChannel(in ReceivedFrame frame)
    {
        FrameEnvelope envelope = frame.Envelope;
        if (envelope.Type is not ("window" or "resize"))
            Volatile.Write(ref _lastHeard, Environment.TickCount64);
        Channel? channel = channels.Find(envelope.Channel);
        PooledBytes body = frame.Body;
        try
        {
            if (channel is null)
            {
                ReportUnknownChannel(envelope);
                return;
            }

            CheckBody(frame);
            if (envelope.Type is "data" or "window" or "end")
            {
                StreamHeader header = StreamHeader.Parse(envelope.Type, frame.Header.Span);
                channel.Receive(envelope, header, body);
                body = default;
            }
            else
            {
                ToChannel(channel, MessageCodec.Decode(envelope.Type, frame.Header.Span), envelope, frame.Header.Length);
            }
        }
        catch (Exception e) when (e is FrameException or ChannelException)
        {
            channel!.Fail(new(CodeOf(e), e.Message));
        }
        finally
        {
            body.Dispose();
        }
    }

    private void ToChannel(Channel channel, Message? message, in FrameEnvelope envelope, int bytes)
    {
        switch (message)
        {
            case null:
                throw new ChannelException(ErrorCode.UnknownType, $"this version does not know the type '{envelope.Type}'");
            case ErrorMessage error:
                channel.End(new ChannelException(CloseReason.From(error)));
                break;
            case NoticeMessage notice:
                handlers.NoticeReceived?.Invoke(notice.Text);
                break;
            case SignalMessage or ResizeMessage or ResultMessage or OpenedMessage or RefusedMessage:
                channel.Receive(message, bytes);
                break;
            default:
                throw new ChannelException(ErrorCode.OutOfOrder, $"'{envelope.Type}' is not allowed on channel {envelope.Channel} now");
        }
    }

    // The number is checked first, and counts as used even if the request is not valid: a fault in the request ends its channel only.
    private void Open(in ReceivedFrame frame)
    {
        Volatile.Write(ref _lastHeard, Environment.TickCount64);
        var channel = new Channel(sender, frame.Envelope.Channel, channels.Remove) { RequestBytes = frame.Header.Length };
        int count = channels.AddFromPeer(channel);
        try
        {
            CheckBody(frame);
            if (count > maxChannels)
            {
                channel.Refuse(
                    ErrorCode.Limit,
                    $"this connection already has {maxChannels} channels open",
                    "wait until one ends, or open another connection");
                ReportRefusal(frame, ErrorCode.Limit);
                return;
            }

            Accept(channel, (OpenRequest)MessageCodec.Decode("open", frame.Header.Span)!);
        }
        catch (Exception e) when (e is FrameException or ChannelException)
        {
            channel.Refuse(CodeOf(e), e.Message);
            ReportRefusal(frame, CodeOf(e));
        }
        finally
        {
            frame.Body.Dispose();
        }
    }

    private void ReportRefusal(in ReceivedFrame frame, string code)
        => handlers.RequestRefused?.Invoke(MessageCodec.FindRequestName(frame.Header.Span), code);

    private void Accept(Channel channel, OpenRequest open)
    {
        if (channels.Ended is { } cause)
            channel.End(cause);
        else if (handlers.ChannelOpened is { } opening)
            opening(channel, open);
        else
            channel.Refuse(ErrorCode.UnknownRequest, "this side does not accept requests");
    }

    private static void CheckBody(in ReceivedFrame frame)
    {
        string type = frame.Envelope.Type;
        if (!frame.IsIntact)
            throw new ChannelException(ErrorCode.BadHash, $"the body of '{type}' does not match the hash in its header");
        if (frame.Envelope.Size > 0 && type != "data")
            throw new ChannelException(ErrorCode.BadSize, $"'{type}' must not have a body");
        if (frame.Envelope.Size == 0 && type == "data")
            throw new ChannelException(ErrorCode.BadSize, "'data' must have a body");
    }

    private static string CodeOf(Exception e) => e is FrameException frame ? frame.Code : ((ChannelException)e).Code;

    private void ReportUnknownChannel(in FrameEnvelope envelope)
    {
        if (envelope.Type == "error" || channels.WasOpened(envelope.Channel))
            return;
        sender.Post(new ErrorMessage
        {
            Channel = envelope.Channel,
            Code = ErrorCode.UnknownChannel,
            Text = $"'{envelope.Type}' for channel {envelope.Channel}, which was never opened",
        });
    }
}
