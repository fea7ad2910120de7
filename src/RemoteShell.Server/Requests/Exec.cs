using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs;

namespace RemoteShell.Server.Requests;

/// <summary>Runs a command as a job, and carries its streams and signals.</summary>
internal static class ExecHandler
{
    private const int StdinWindow = 1024 * 1024;

    public static async Task HandleAsync(RequestContext context, Channel channel, Exec exec)
    {
        if (CommandLine.Fault(exec) is { } fault)
        {
            RequestContext.Refuse(channel, ErrorCode.BadRequest, fault);
            return;
        }

        if (context.RefuseUser(channel, exec.User))
            return;
        if (!context.TryBeginJob())
        {
            RequestContext.Refuse(channel, ErrorCode.Limit, $"this connection runs {context.Services.Limits.Jobs} jobs already", "wait for one to end, or open another connection");
            return;
        }

        Result? result = null;
        try
        {
            using var job = new Job(exec.Job, context.Client.Key, context.Services.Bodies.For(exec, context.Peer.Address.ToString()), context.Services.Limits.StreamMemory);
            if (context.Services.Jobs.TryAdd(job))
                result = await RunAsync(context, channel, exec, job);
            else
                RequestContext.Refuse(channel, ErrorCode.BadRequest, $"there is a job {exec.Job} already", "give every job an id of its own");
        }
        finally
        {
            context.EndJob();
        }

        // Last of all: whoever has the result finds the job's place free.
        if (result is not null)
            channel.Finish(result);
    }

    private static async Task<Result> RunAsync(RequestContext context, Channel channel, Exec exec, Job job)
    {
        var report = new JobReport(context.Log, job, context.Client, context.Peer);
        try
        {
            JobInput? input = exec.Stdin ? InputFrom(channel, channel.AddIncoming("stdin", StdinWindow, exec.Digest)) : null;
            OutputSender[] senders = [.. job.Streams.Select(stream => new OutputSender(stream.Value, channel.AddOutgoing(stream.Key, exec.Window, exec.Digest)))];
            channel.Post(new Opened { Job = exec.Job, Window = exec.Stdin ? StdinWindow : 0 });
            report.Started();

            using CancellationTokenSource? timer = StartTimer(exec, job);
            await using CancellationTokenRegistration lost = channel.Ended.UnsafeRegister(_ => job.End(new("its client is gone")), null);
            Task sending = Task.WhenAll(senders.Select(sender => sender.RunAsync()));
            _ = PassSignalsAsync(channel, job);
            JobOutcome outcome;
            try
            {
                outcome = await job.RunAsync(input);
            }
            finally
            {
                // The logs are complete, and their memory is in use until all of it is sent.
                await sending;
            }

            report.Ended(outcome, senders.Sum(sender => sender.Stream.Sent.Total));
            return ResultOf(job, outcome, senders);
        }
        finally
        {
            context.Services.Jobs.Remove(job);
        }
    }

    private static JobInput InputFrom(Channel channel, IncomingStream stdin) => async (pipe, gone) =>
    {
        try
        {
            await stdin.CopyToAsync(pipe, gone);
        }
        catch (Exception e) when (e is ChannelException or ConnectionException)
        {
            channel.Fail(new(e is ChannelException fault ? fault.Code : ErrorCode.Internal, e.Message));
            // The pipe stays open until the job has been ended: input that was cut must not look like input that ended.
            await Task.Delay(Timeout.Infinite, gone);
        }
    };

    private static CancellationTokenSource? StartTimer(Exec exec, Job job)
    {
        if (exec.Timeout is not { } milliseconds)
            return null;
        var time = TimeSpan.FromMilliseconds(milliseconds);
        var timer = new CancellationTokenSource(time);
        timer.Token.UnsafeRegister(_ => job.End(new($"its time of {time.TotalSeconds:0.###} s was up", IsTimeout: true)), null);
        return timer;
    }

    private static async Task PassSignalsAsync(Channel channel, Job job)
    {
        try
        {
            while (true)
            {
                if (await channel.ReceiveAsync() is not Signal signal)
                    channel.Fail(new(ErrorCode.OutOfOrder, "a running command takes signals only"));
                else if (SignalName.ToNumber(signal.Name) is { } number)
                    job.Signal(number);
                else
                    channel.Post(new Notice { Text = $"there is no signal '{signal.Name}' here; the command goes on" });
            }
        }
        catch (Exception e) when (e is ChannelException or ConnectionException)
        {
            // The channel's end is what this loop runs to.
        }
    }

    private static Result ResultOf(Job job, JobOutcome outcome, OutputSender[] senders) => new()
    {
        Outcome = outcome.Kind,
        Code = outcome.Code,
        Signal = outcome.Signal,
        Reason = outcome.Reason,
        Usage = outcome.Usage,
        Held = outcome.Held,
        Duration = Math.Round(job.Duration.TotalMilliseconds, 3),
        Streams = senders.ToDictionary(sender => sender.Stream.Name, sender => sender.Stream.Sent, StringComparer.Ordinal),
    };
}
