using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Channels.FlowControl;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs;

namespace RemoteShell.Server.Requests;

/// <summary>Begins a job, or goes on with the one that the same request began before, and carries its streams and signals.</summary>
internal static class ExecHandler
{
    public static async Task HandleAsync(RequestContext context, Channel channel, Exec exec)
    {
        if (CommandLine.Fault(exec) is { } fault)
        {
            RequestContext.Refuse(channel, ErrorCode.BadRequest, fault);
            return;
        }

        if (context.RefuseUser(channel, exec.User))
            return;
        Job job;
        try
        {
            job = context.Services.Keeper.Table.Find(exec.Job, context.Client.Key) ?? context.Services.Keeper.Begin(exec, context.Client, context.Peer);
        }
        catch (JobRefusedException e)
        {
            RequestContext.Refuse(channel, e.Code, e.Message, e.Advice);
            return;
        }

        if (job.Record.Detached)
            await AnswerDetachedAsync(channel, job);
        else if (job.Streams.Count == 0)
            RequestContext.Refuse(channel, ErrorCode.Gone, $"{JobResult.Sentence(job)}; what it wrote is no longer here", "look at its record with: rsh-client jobs --all HOST");
        else
            await AttendAsync(channel, exec, job);
    }

    private static async Task AnswerDetachedAsync(Channel channel, Job job)
    {
        if (job.Ending is null)
            await Task.WhenAny(job.BegunAsync(), job.Completion);
        if (job.Ending is { Outcome.Kind: Outcome.NeverStarted })
            channel.Finish(JobResult.Of(job, new Dictionary<string, StreamTotal>()));
        else
            channel.Finish(new Opened { Job = job.Id, Detached = true });
    }

    private static async Task AttendAsync(Channel channel, Exec exec, Job job)
    {
        Attendant client = await job.Attendance.ArriveAsync(channel);
        try
        {
            if (Open(channel, exec, job) is not { } streams)
            {
                client.IsDone = true;
                job.Attendance.Park();
                return;
            }

            _ = JobSignals.PassAsync(channel, job);
            // All of them are waited for, also when one has failed: their memory is the logs'.
            await Task.WhenAll(streams.Select(stream => SendAsync(channel, stream.Log, stream.Stream)));
            await job.Completion;
            client.IsDone = true;
            channel.Finish(JobResult.Of(job, streams.ToDictionary(stream => stream.Stream.Name, stream => stream.Stream.Sent, StringComparer.Ordinal)));
        }
        catch (IOException)
        {
            // Writing failed before it was known why: the connection's end, which tells, is on its way.
            await channel.EndedAsync();
        }
        finally
        {
            job.Attendance.Leave(client);
        }
    }

    // One stream that cannot go on ends the channel at once, and with it the others.
    private static async Task SendAsync(Channel channel, MemoryLog log, OutgoingStream stream)
    {
        try
        {
            await LogSender.SendAsync(log.Bytes, stream, channel.Ended);
        }
        catch (ChannelException e) when (e.Code == ErrorCode.Gone)
        {
            channel.Fail(new(e.Code, e.Message));
            throw;
        }
    }

    private static List<(MemoryLog Log, OutgoingStream Stream)>? Open(Channel channel, Exec exec, Job job)
    {
        foreach ((string name, OutputLog log) in job.Streams)
        {
            if (((MemoryLog)log).Bytes.Resume(exec.Streams?.GetValueOrDefault(name)?.From ?? 0))
                continue;
            RequestContext.Refuse(channel, ErrorCode.Gone, $"{JobResult.Sentence(job)}; of its {name} the first {log.Start} bytes are no longer here", $"read what is left with: rsh-client logs HOST {job.Id}");
            return null;
        }

        StreamPosition? input = null;
        if (job.Input is { } stdin)
        {
            channel.AddIncoming(stdin);
            input = stdin.Position();
        }

        var streams = job.Streams.Select(stream => Open(channel, exec, stream.Key, (MemoryLog)stream.Value)).ToList();
        channel.Post(new Opened { Job = job.Id, Window = job.Input?.Window ?? 0, Position = input });
        channel.Activate();
        return streams;
    }

    private static (MemoryLog Log, OutgoingStream Stream) Open(Channel channel, Exec exec, string name, MemoryLog log)
    {
        StreamPosition position = exec.Streams?.GetValueOrDefault(name) ?? new(0);
        var window = new SendWindow(new StreamPosition(position.From, position.Limit ?? position.From + exec.Window));
        return (log, channel.AddOutgoing(name, window, log.Digest, log.Bytes, exec.Window));
    }
}
