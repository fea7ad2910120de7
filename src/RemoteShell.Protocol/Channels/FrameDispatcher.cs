using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Takes each frame to where it belongs, and decides what a bad one ends: its channel, or the connection.</summary>
internal sealed class FrameDispatcher(FrameSender sender, ChannelTable channels, int maxChannels, FrameHandlers handlers)
{
    private bool _greeted;
    private long _lastHeard = Environment.TickCount64;

    /// <summary>When the peer last wanted something: a frame of a channel, but for windows and sizes, which it sends by itself.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    // The reason to end the connection in peace, or null to go on.
    public CloseReason? Dispatch(in ReceivedFrame frame)
    {
        if (!_greeted && frame.Envelope.Type is not ("hello" or "error" or "goodbye"))
        {
            frame.Body.Dispose();
            throw new ConnectionException(new(ErrorCode.OutOfOrder, $"the first frame must be 'hello', not '{frame.Envelope.Type}'"));
        }

        if (frame.Envelope.Channel != 0)
        {
            ToChannel(frame);
            return null;
        }

        frame.Body.Dispose();
        if (!frame.IsIntact)
            throw new FrameException(ErrorCode.BadHash, $"the body of '{frame.Envelope.Type}' does not have the hash that its header claims");
        if (frame.Envelope.Size > 0)
            throw new FrameException(ErrorCode.BadSize, $"'{frame.Envelope.Type}' has no body");
        return ToConnection(MessageCodec.Decode(frame.Envelope.Type, frame.Header.Span), frame.Envelope.Type);
    }

    private CloseReason? ToConnection(Message? message, string type)
    {
        switch (message)
        {
            case HelloMessage hello when !_greeted:
                _greeted = true;
                if (hello.Version < 1)
                    throw new ConnectionException(new(ErrorCode.Version, $"protocol version {hello.Version} does not exist; this side speaks {HelloMessage.CurrentVersion}"));
                handlers.Greeted?.Invoke(hello);
                return null;
            case PingMessage ping:
                sender.Post(new PongMessage { Id = ping.Id, Time = (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds });
                return null;
            case PongMessage pong:
                handlers.Ponged?.Invoke(pong);
                return null;
            case NoticeMessage notice:
                handlers.Noticed?.Invoke(notice.Text);
                return null;
            case DeliveredMessage delivered:
                handlers.Delivered?.Invoke(delivered.Job);
                return null;
            case GoodbyeMessage goodbye:
                return new(CloseReason.Goodbye, goodbye.Reason.Length > 0 ? goodbye.Reason : "the other side closed the connection");
            case ErrorMessage error:
                return CloseReason.From(error);
            default:
                string code = message is null ? ErrorCode.UnknownType : ErrorCode.OutOfOrder;
                throw new ConnectionException(new(code, $"'{type}' means nothing here without a channel"));
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
            if (channel is null && envelope.Type != "open")
            {
                Unroutable(envelope);
                return;
            }

            if (!frame.IsIntact)
                throw new ChannelException(ErrorCode.BadHash, $"the body of '{envelope.Type}' does not have the hash that its header claims");
            if (envelope.Size > 0 && envelope.Type != "data")
                throw new ChannelException(ErrorCode.BadSize, $"'{envelope.Type}' has no body");
            if (envelope.Type is "data" or "window" or "end")
            {
                StreamHeader header = StreamHeader.Parse(envelope.Type, frame.Header.Span);
                channel!.Receive(envelope, header, body);
                body = default;
            }
            else
            {
                ToChannel(channel, MessageCodec.Decode(envelope.Type, frame.Header.Span), envelope);
            }
        }
        catch (Exception e) when (e is FrameException or ChannelException)
        {
            var reason = new CloseReason(e is FrameException f ? f.Code : ((ChannelException)e).Code, e.Message);
            if (channel is not null)
                channel.Fail(reason);
            else
                sender.Post(new ErrorMessage { Channel = envelope.Channel, Code = reason.Code, Text = reason.Text });
        }
        finally
        {
            body.Dispose();
        }
    }

    private void ToChannel(Channel? channel, Message? message, in FrameEnvelope envelope)
    {
        switch (message)
        {
            case OpenRequest open:
                Admit(open);
                break;
            case null:
                throw new ChannelException(ErrorCode.UnknownType, $"'{envelope.Type}' is not a type of this version");
            case ErrorMessage error:
                channel!.End(new ChannelException(CloseReason.From(error)));
                break;
            case NoticeMessage notice:
                handlers.Noticed?.Invoke(notice.Text);
                break;
            case SignalMessage or ResizeMessage or ResultMessage or OpenedMessage or RefusedMessage:
                channel!.Receive(message);
                break;
            default:
                throw new ChannelException(ErrorCode.OutOfOrder, $"'{envelope.Type}' makes no sense on channel {envelope.Channel} now");
        }
    }

    private void Admit(OpenRequest open)
    {
        var channel = new Channel(sender, open.Channel, channels.Remove);
        int count = channels.AddOfPeer(channel);
        if (channels.Ended is { } cause)
        {
            channel.End(cause);
            return;
        }

        if (handlers.Opening is { } opening && count <= maxChannels)
        {
            opening(channel, open);
            return;
        }

        channel.Post(new RefusedMessage
        {
            Code = count > maxChannels ? ErrorCode.Limit : ErrorCode.UnknownRequest,
            Text = count > maxChannels ? $"this connection has {maxChannels} channels open already" : "this side takes no requests",
            Cure = count > maxChannels ? "wait for one to end, or open another connection" : null,
        });
        channel.End(new ChannelException(ErrorCode.Limit, "refused"));
    }

    private void Unroutable(in FrameEnvelope envelope)
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
