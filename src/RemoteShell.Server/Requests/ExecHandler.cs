using System.Diagnostics;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Jobs;
using RemoteShell.Server.Jobs.Conversations;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Runners;
using RemoteShell.Server.Jobs.Streaming;
using RemoteShell.Server.Processes.Terminals;

namespace RemoteShell.Server.Requests;

/// <summary>Handles <c>exec</c>: starts a job and carries its streams and signals.</summary>
/// <remarks>A client resumes a job with the same request: the job of that id exists, and the request continues with it.</remarks>
internal static class ExecHandler
{
    // A connection on which nothing arrives for 45 s is lost.
    private static readonly TimeSpan LongestTransit = TimeSpan.FromMinutes(2);

    public static async Task HandleAsync(RequestContext context, Channel channel, ExecRequest exec)
    {
        if (ExecValidator.FindFault(exec) is { } fault)
            throw new RefusalException(ErrorCode.BadRequest, fault);
        context.CheckUser(exec.User);
        Job? known = context.Services.Jobs.Table.Find(exec.Job, context.Client.Key);
        Check(context, exec, known);

        if (known is null && BuiltinAnswer.Find(context, exec) is { } builtin)
        {
            await BuiltinAnswer.SendAsync(context, channel, exec, builtin);
            return;
        }

        if (known is null && exec.Streams?.Values.Any(position => position.From > 0) == true)
        {
            // The client has received output of the job, so it ran. It must not run again.
            throw new RefusalException(
                ErrorCode.Gone,
                $"the server does not know the job {exec.Job} any more, and cannot continue its output",
                "see which jobs it knows with: rsh-client jobs --all HOST");
        }

        if (known is not null)
            context.Record(exec);
        Job job = known ?? Start(context, exec);
        if (job.Record.Detached)
        {
            await AnswerDetachedAsync(channel, job);
            return;
        }

        if (job.IsOutputLost)
        {
            throw new RefusalException(
                ErrorCode.Gone,
                $"{JobReply.Sentence(job)}; the server no longer has its output",
                "see its record with: rsh-client jobs --all HOST");
        }

        var streamer = new JobStreamer(exec, job, exec.Streams, _ => 0);
        if (streamer.FindFault() is { } missing)
            throw new RefusalException(ErrorCode.Gone, missing, JobStreamer.MissingHint(job));
        if (exec.CanBeTakenOver && !job.Clients.TryClaim(exec.ClientToken ?? ""))
        {
            TerminalTakeover.Refuse(channel);
            return;
        }

        if (known is not null && exec.Tty is not null)
            TerminalTakeover.AskToRedraw(job, exec.Tty);
        if (job.Conversation is { } conversation)
            await conversation.Ready;
        var client = new AttachedClient(channel) { ClientToken = exec.CanBeTakenOver ? exec.ClientToken ?? "" : null };
        await streamer.RunAsync(channel, client);
    }

    // A job that exists stays with its key. A request that is repeated must not start to attach to a command, though.
    private static void Check(RequestContext context, ExecRequest exec, Job? known)
    {
        if (known is not null)
            context.Check(new(IsCommand(known) ? KeyVerb.Attach : KeyVerb.Jobs, $"continue {exec.Job}"));
        else if (exec.Files is { } text)
            context.CheckFiles(text);
        else
            context.Check(AskedRequests.Of(exec));
    }

    private static bool IsCommand(Job job) => !job.Record.Files && !job.Record.IsForwarding;

    private static Job Start(RequestContext context, ExecRequest exec)
    {
        ExecRequest described = WithWholeAge(context, WithKnownType(context, exec));
        try
        {
            Job job = context.Services.Jobs.Begin(described, context.Client, context.Connection.Ends);
            if (described.Tty is { } tty && tty != exec.Tty)
            {
                context.Connection.Notify(
                    $"the server does not know the terminal type '{exec.Tty?.Term}', so TERM is {tty.Term}; "
                    + $"to add it: infocmp -x {exec.Tty?.Term} | rsh-client run -i HOST tic -x -");
            }

            string shell = context.Services.Runners.Account.Shell;
            if (exec.Conversation is not null && !ShellDialect.IsPosix(shell))
            {
                string other = job.Conversation?.Program ?? "another shell";
                context.Connection.Notify($"{shell} is not a POSIX shell, so the lines run in {other}");
            }

            return job;
        }
        catch (JobRefusedException e)
        {
            throw new RefusalException(e.Code, e.Message, e.Advice);
        }
    }

    // A request with an age may have been on its way, but not longer than its connection exists.
    private static ExecRequest WithWholeAge(RequestContext context, ExecRequest exec)
    {
        if (exec.Age is not { } age)
            return exec;
        TimeSpan connected = Stopwatch.GetElapsedTime(context.Connection.Started);
        TimeSpan transit = connected < LongestTransit ? connected : LongestTransit;
        return exec with { Age = age + (long)transit.TotalMilliseconds };
    }

    // Programs refuse to run, or show nonsense, if the type of their terminal is not described.
    private static ExecRequest WithKnownType(RequestContext context, ExecRequest exec)
    {
        if (exec.Tty is not { } tty)
            return exec;
        string home = context.Services.Runners.Account.Home;
        bool isUnknown = TerminalType.IsUnknown(tty.Term, home, exec.Env ?? new Dictionary<string, string>());
        return isUnknown ? exec with { Tty = tty with { Term = TerminalType.Fallback } } : exec;
    }

    private static async Task AnswerDetachedAsync(Channel channel, Job job)
    {
        if (job.Ending is null)
            await Task.WhenAny(job.BegunAsync(), job.Completion);
        if (job.Ending is { Outcome.Kind: Outcome.NeverStarted })
            channel.Finish(JobReply.Of(job, new Dictionary<string, StreamTotal>()));
        else
            channel.Finish(new OpenedMessage { Job = job.Id, Detached = true });
    }
}
