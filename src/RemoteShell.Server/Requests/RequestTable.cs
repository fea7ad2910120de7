using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Requests;

/// <summary>All that a client can ask: a new request is a file of its own and a line here.</summary>
internal static class RequestTable
{
    private static readonly Dictionary<Type, Func<RequestContext, Channel, Open, Task>> Handlers = new()
    {
        [typeof(Exec)] = (context, channel, open) => ExecHandler.HandleAsync(context, channel, (Exec)open),
        [typeof(Attach)] = (context, channel, open) => AttachHandler.HandleAsync(context, channel, (Attach)open),
        [typeof(Logs)] = (context, channel, open) => LogsHandler.HandleAsync(context, channel, (Logs)open),
        [typeof(Protocol.Messages.Jobs)] = (context, channel, open) => JobsHandler.HandleAsync(context, channel, (Protocol.Messages.Jobs)open),
        [typeof(Wait)] = (context, channel, open) => WaitHandler.HandleAsync(context, channel, (Wait)open),
        [typeof(Kill)] = (context, channel, open) => KillHandler.HandleAsync(context, channel, (Kill)open),
        [typeof(Rm)] = (context, channel, open) => RmHandler.HandleAsync(context, channel, (Rm)open),
        [typeof(Who)] = (context, channel, open) => WhoHandler.HandleAsync(context, channel, (Who)open),
        [typeof(Complete)] = (context, channel, open) => CompleteHandler.HandleAsync(context, channel, (Complete)open),
        [typeof(Protocol.Messages.Chat)] = (context, channel, open) => ChatHandler.HandleAsync(context, channel, (Protocol.Messages.Chat)open),
        [typeof(Notify)] = (context, channel, open) => NotifyHandler.HandleAsync(context, channel, (Notify)open),
        [typeof(Get)] = (context, channel, open) => GetHandler.HandleAsync(context, channel, (Get)open),
    };

    /// <summary>Answers a request to its end. A fault in one ends its channel, and nothing else.</summary>
    public static async Task HandleAsync(RequestContext context, Channel channel, Open open)
    {
        context.Presence.Begin(channel, open);
        try
        {
            if (Handlers.TryGetValue(open.GetType(), out var handler))
                await handler(context, channel, open);
            else
                RequestContext.Refuse(channel, ErrorCode.UnknownRequest, $"this server knows no request '{open.Request}'", "it may be older than the client");
        }
        catch (OperationCanceledException) when (channel.Ended.IsCancellationRequested)
        {
            // The channel's end is what it waited for.
        }
        catch (Exception e) when (e is ChannelException or ConnectionException or IOException)
        {
            context.Log.Information("{Peer}: a request ended early: {Reason}", context.Peer, LogText.Of(e.Message));
            channel.Fail(new(e is ChannelException fault ? fault.Code : ErrorCode.Internal, e.Message));
        }
        catch (Exception e)
        {
            context.Log.Error(e, "a request of {Peer} failed", context.Peer);
            channel.Fail(new(ErrorCode.Internal, "the server failed at this request", "whoever runs the server finds the reason in its log"));
        }
        finally
        {
            context.Presence.End(channel);
            await channel.DisposeAsync();
        }
    }
}
