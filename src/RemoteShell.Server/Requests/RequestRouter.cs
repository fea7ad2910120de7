using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Logging;

namespace RemoteShell.Server.Requests;

/// <summary>All that a client can ask: a new request is a file of its own and a line here.</summary>
internal static class RequestRouter
{
    private static readonly Dictionary<Type, Func<RequestContext, Channel, OpenRequest, Task>> Handlers = new()
    {
        [typeof(ExecRequest)] = (context, channel, open) => ExecHandler.HandleAsync(context, channel, (ExecRequest)open),
        [typeof(AttachRequest)] = (context, channel, open) => AttachHandler.HandleAsync(context, channel, (AttachRequest)open),
        [typeof(LogsRequest)] = (context, channel, open) => LogsHandler.HandleAsync(context, channel, (LogsRequest)open),
        [typeof(JobsRequest)] = (context, channel, open) => JobsHandler.HandleAsync(context, channel, (JobsRequest)open),
        [typeof(WaitRequest)] = (context, channel, open) => WaitHandler.HandleAsync(context, channel, (WaitRequest)open),
        [typeof(KillRequest)] = (context, channel, open) => KillHandler.HandleAsync(context, channel, (KillRequest)open),
        [typeof(RmRequest)] = (context, channel, open) => RmHandler.HandleAsync(context, channel, (RmRequest)open),
        [typeof(WhoRequest)] = (context, channel, open) => WhoHandler.HandleAsync(context, channel, (WhoRequest)open),
        [typeof(CompleteRequest)] = (context, channel, open) => CompleteHandler.HandleAsync(context, channel, (CompleteRequest)open),
        [typeof(ChatRequest)] = (context, channel, open) => ChatHandler.HandleAsync(context, channel, (ChatRequest)open),
        [typeof(NotifyRequest)] = (context, channel, open) => NotifyHandler.HandleAsync(context, channel, (NotifyRequest)open),
        [typeof(GetRequest)] = (context, channel, open) => GetHandler.HandleAsync(context, channel, (GetRequest)open),
    };

    /// <summary>Answers a request to its end. A fault in one ends its channel, and nothing else.</summary>
    public static async Task HandleAsync(RequestContext context, Channel channel, OpenRequest open)
    {
        context.Presence.Begin(channel, open);
        try
        {
            if (Handlers.TryGetValue(open.GetType(), out var handler))
                await handler(context, channel, open);
            else
                channel.Refuse(ErrorCode.UnknownRequest, $"this server knows no request '{open.Request}'", "it may be older than the client");
        }
        catch (OperationCanceledException) when (channel.Ended.IsCancellationRequested)
        {
            // The channel's end is what it waited for.
        }
        catch (Exception e) when (e is ChannelException or ConnectionException or IOException)
        {
            context.Log.LogInformation("{Peer}: a request ended early: {Reason}", context.Peer, LogSanitizer.Of(e.Message));
            channel.Fail(new(e is ChannelException fault ? fault.Code : ErrorCode.Internal, e.Message));
        }
        catch (Exception e)
        {
            context.Log.LogError(e, "a request of {Peer} failed", context.Peer);
            channel.Fail(new(ErrorCode.Internal, "the server failed at this request", "whoever runs the server finds the reason in its log"));
        }
        finally
        {
            context.Presence.End(channel);
            await channel.DisposeAsync();
        }
    }
}
