using System.Diagnostics;
using System.Text;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication.Permissions;
using RemoteShell.Server.Builtins;

namespace RemoteShell.Server.Requests;

/// <summary>Answers an <c>exec</c> of a built-in whose result is always the same, without a job.</summary>
/// <remarks>
/// A job is what outlives a connection. Here nothing has to: a client that comes back asks again, and gets the same bytes. So nothing is
/// remembered, neither in memory nor in the journal of the jobs; the audit journal has one line of it.
/// </remarks>
internal static class BuiltinAnswer
{
    /// <summary>The built-in, if the request can be answered without a job; null: it cannot.</summary>
    /// <param name="context">The client.</param>
    /// <param name="exec">A valid request that the client's key may make, for a job that is not known.</param>
    public static Builtin? Find(RequestContext context, ExecRequest exec)
    {
        if (exec is not { Builtin: [var name, ..], Detach: false, Stdin: false })
            return null;
        bool isRecorded = context.Services.Runners.Recordings?.NameFor(exec, context.Client) is not null;
        return !isRecorded && BuiltinTable.Find(name) is { IsRepeatable: true } builtin ? builtin : null;
    }

    /// <summary>Sends the answer, which is most often one write.</summary>
    public static async Task SendAsync(RequestContext context, Channel channel, ExecRequest exec, Builtin builtin)
    {
        long started = Stopwatch.GetTimestamp();
        Encoding encoding = exec.Encoding is { } asked ? TextEncoding.GetStrict(asked) : Encoding.UTF8;
        var call = new BuiltinCall([.. exec.Builtin!.Skip(1)], () => []);
        var answer = EncodedAnswer.Of(builtin, call, encoding);
        double duration = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 3);
        if (context.Services.Options.Value.Audit != AuditMode.Off)
            context.Services.Audit.RequireBeforeSending(LineOf(context, exec, answer, duration));
        (OutgoingStream Stream, ReadOnlyMemory<byte> Unsent)[] streams =
        [
            Open(channel, exec, "stdout", answer.Output),
            Open(channel, exec, "stderr", answer.Error),
        ];
        channel.Post(new OpenedMessage { Job = exec.Job, Window = 0 });
        var totals = new Dictionary<string, StreamTotal>(streams.Length, StringComparer.Ordinal);
        foreach ((OutgoingStream stream, ReadOnlyMemory<byte> unsent) in streams)
        {
            if (!stream.TryPost(unsent.Span))
                await stream.WriteAsync(unsent, channel.Ended);
            totals[stream.Name] = stream.End();
        }

        channel.Finish(new ResultMessage { Outcome = Outcome.Exited, Code = answer.Code, Streams = totals, Duration = duration });
    }

    // A client that comes back has the first bytes. They are in the digest, and are not sent again.
    private static (OutgoingStream Stream, ReadOnlyMemory<byte> Unsent) Open(Channel channel, ExecRequest exec, string name, byte[] bytes)
    {
        StreamPosition position = exec.Streams?.GetValueOrDefault(name) ?? new(0);
        if (position.From > bytes.Length)
        {
            throw new RefusalException(
                ErrorCode.Gone, $"the {name} of {exec.CommandText} has only {bytes.Length} bytes", "run it again");
        }

        var digest = new StreamDigest(exec.Digest);
        digest.Append(bytes.AsSpan(0, (int)position.From));
        var window = new SendWindow(position with { Limit = position.FirstLimit(exec.Window) });
        OutgoingStream stream = channel.AddOutgoing(name, window, digest, buffer: null, exec.Window);
        return (stream, bytes.AsMemory((int)position.From));
    }

    private static AuditLine LineOf(RequestContext context, ExecRequest exec, EncodedAnswer answer, double duration)
    {
        AuditLine line = context.Audited.Line(AuditEvent.Request) with
        {
            Verb = AskedRequests.VerbOf(exec),
            Job = exec.Job,
            Outcome = Outcome.Exited,
            Code = answer.Code,
            Duration = duration,
            Streams = new Dictionary<string, AuditStream>(StringComparer.Ordinal)
            {
                ["stdout"] = StreamOf(exec, answer.Output),
                ["stderr"] = StreamOf(exec, answer.Error),
            },
        };
        return line.WithWhat(exec.CommandText).WithArgv(exec.Builtin);
    }

    private static AuditStream StreamOf(ExecRequest exec, byte[] bytes)
    {
        using var digest = new StreamDigest(exec.Digest);
        digest.Append(bytes);
        return new(bytes.Length, digest.Current.Digest);
    }
}
