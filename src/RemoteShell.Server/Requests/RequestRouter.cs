using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Telemetry;

namespace RemoteShell.Server.Requests;

/// <summary>Passes each request to its handler. A new request needs a handler and a line here.</summary>
internal static class RequestRouter
{
    /// <summary>The name of all requests that this server does not know.</summary>
    public const string UnknownVerb = "unknown";

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
        [typeof(ForwardRequest)] = (context, channel, open) => ForwardHandler.HandleAsync(context, channel, (ForwardRequest)open),
        [typeof(GetRequest)] = (context, channel, open) => GetHandler.HandleAsync(context, channel, (GetRequest)open),
    };

    // A client that comes back asks again for a job that runs.
    private static bool IsRepeated(RequestContext context, OpenRequest open)
        => open is ExecRequest exec && context.Services.Jobs.Table.Find(exec.Job, context.Client.Key) is not null;

    // The client says where the streams continue.
    private static bool IsContinued(OpenRequest open) => open is AttachRequest { Streams: not null } or LogsRequest { Streams: not null };

    /// <summary>The name of the request; not that of a client's own invention.</summary>
    public static string VerbOf(OpenRequest open) => open is UnknownRequest ? UnknownVerb : open.Request;

    /// <summary>Handles a request to its end. A failure ends the channel of the request, and nothing else.</summary>
    public static async Task HandleAsync(RequestContext context, Channel channel, OpenRequest open)
    {
        long started = Stopwatch.GetTimestamp();
        RequestSpan? span = RequestSpan.Start(open, VerbOf(open), context.Client.Key.Fingerprint);
        context.Connection.Begin(channel, RequestActivity.Of(open));
        try
        {
            if (!Handlers.TryGetValue(open.GetType(), out Func<RequestContext, Channel, OpenRequest, Task>? handler))
            {
                throw new RefusalException(
                    ErrorCode.UnknownRequest,
                    $"this server does not know the request '{open.Request}'",
                    "the server may be older than the client");
            }

            bool isRepeated = IsRepeated(context, open);
            if (!isRepeated)
                context.CountRequest();
            // What an exec asks for is recorded as the start of a job, or when the client comes back to one.
            if (open is not ExecRequest)
                context.Record(open);
            if (isRepeated || IsContinued(open))
                context.Services.Metrics.Resume(open.Request);
            await handler(context, channel, open);
        }
        catch (RefusalException e)
        {
            context.RecordRefusal(open, e.Code, e.Message);
            channel.Refuse(e.Code, e.Message, e.Hint);
        }
        catch (AuditException e)
        {
            channel.Refuse(ErrorCode.Internal, e.Message, e.Hint);
        }
        catch (OperationCanceledException) when (channel.Ended.IsCancellationRequested)
        {
            // The channel has ended, and with it the request.
        }
        catch (Exception e) when (e is ChannelException or ConnectionException or IOException)
        {
            context.Log.LogInformation(
                "{Peer} {Connection}: a request ended early: {Reason}", context.Peer, context.Peer.Mark, e.Message);
            channel.Fail(new(e is ChannelException fault ? fault.Code : ErrorCode.Internal, e.Message));
        }
        catch (Exception e)
        {
            context.Log.LogError(e, "a request of {Peer} {Connection} failed", context.Peer, context.Peer.Mark);
            const string Hint = "the server's administrator finds the reason in its log";
            channel.Fail(new(ErrorCode.Internal, "the server failed at this request", Hint));
        }
        finally
        {
            context.Connection.End(channel);
            var outcome = RequestOutcome.Of(channel);
            context.Services.Metrics.EndRequest(VerbOf(open), outcome, started);
            span?.End(outcome);
            await channel.DisposeAsync();
        }
    }
}
