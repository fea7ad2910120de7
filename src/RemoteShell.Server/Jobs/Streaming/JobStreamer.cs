using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>Serves the controlling client of a job: sends output with back-pressure, takes input, and sends the result.</summary>
/// <param name="request">The client's request.</param>
/// <param name="job">A job that is not detached (it ends with the server).</param>
/// <param name="positions">Where each named stream resumes.</param>
/// <param name="begin">Gives the start of a stream that <paramref name="positions"/> does not name.</param>
internal sealed class JobStreamer(
    OpenRequest request, Job job, IReadOnlyDictionary<string, StreamPosition>? positions, Func<JobOutput, long> begin)
{
    /// <summary>Attaches the client, and serves it until its channel ends.</summary>
    public async Task RunAsync(Channel channel, AttachedClient client)
    {
        if (!await job.Clients.AttachAsync(client))
        {
            TerminalTakeover.Refuse(channel);
            return;
        }

        try
        {
            await job.BegunAsync().WaitAsync(channel.Ended);
            if (job.Record.IsForwarding && job.Ending is { Outcome.Kind: Outcome.NeverStarted })
            {
                client.IsDone = true;
                channel.Finish(JobReply.Of(job, new Dictionary<string, StreamTotal>()));
                return;
            }

            if (Open(channel) is not { } streams)
            {
                client.IsDone = true;
                job.Clients.StartSpilling();
                return;
            }

            _ = ClientMessageLoop.PassAsync(channel, job, job.Resize);
            // Waits for all senders, even when one has failed, because the others still read the memory of the outputs.
            await Task.WhenAll(streams.Select(stream => SendAsync(channel, stream.Output, stream.Stream)));
            // The output may end long before the job does. Its client may leave meanwhile.
            await job.Completion.WaitAsync(channel.Ended);
            client.IsDone = true;
            Dictionary<string, StreamTotal> totals = streams.ToDictionary(
                stream => stream.Stream.Name, stream => stream.Stream.Sent, StringComparer.Ordinal);
            if (!job.HasRecordedOutput)
                job.Audit?.Write(JobAudit.Output(job, totals));
            channel.Finish(JobReply.Of(job, totals));
        }
        catch (IOException)
        {
            // A write may fail before the channel knows why. Wait until it does: Detach asks for the reason.
            await channel.EndedAsync();
        }
        finally
        {
            job.Clients.Detach(client);
        }
    }

    /// <summary>Returns why the client cannot continue at its positions; null if it can.</summary>
    /// <remarks>It has no effect, so it is checked before the client takes the place of another one.</remarks>
    public string? FindFault() => job.Buffers
        .Where(buffer => positions?.GetValueOrDefault(buffer.Key)?.From is { } from
            && (from < buffer.Value.Start || from > buffer.Value.Length))
        .Select(buffer => MissingText(job, buffer.Key, buffer.Value))
        .FirstOrDefault();

    /// <summary>What a client can do whose positions are not kept.</summary>
    public static string MissingHint(Job job) => $"read what is left with: rsh-client logs HOST {job.Id}";

    private static string MissingText(Job job, string name, MemoryOutput output) => output.Start > 0
        ? $"{JobReply.Sentence(job)}; the server no longer has the first {output.Start} bytes of its {name}"
        : $"{JobReply.Sentence(job)}; its {name} has only {output.Length} bytes";

    // If one stream cannot go on, it ends the channel at once, and with it the other streams.
    private static async Task SendAsync(Channel channel, MemoryOutput output, OutgoingStream stream)
    {
        try
        {
            await ReplaySender.SendAsync(output.Bytes, stream, channel.Ended);
        }
        catch (ChannelException e) when (e.Code == ErrorCode.Gone)
        {
            channel.Fail(new(e.Code, e.Message));
            throw;
        }
    }

    // Null if the request was refused.
    private List<(MemoryOutput Output, OutgoingStream Stream)>? Open(Channel channel)
    {
        Dictionary<string, StreamPosition> starts = job.Buffers.ToDictionary(
            buffer => buffer.Key,
            buffer => positions?.GetValueOrDefault(buffer.Key) ?? new(begin(buffer.Value)),
            StringComparer.Ordinal);
        foreach ((string name, MemoryOutput output) in job.Buffers)
        {
            // A write that failed may have reached the client: the digest has its bytes, the position does not.
            long sent = Math.Max(output.Bytes.Position, output.Digest.Total);
            if (output.Bytes.ResumeAt(starts[name].From))
            {
                job.Metrics?.Retransmit(sent - starts[name].From);
                continue;
            }

            channel.Refuse(ErrorCode.Gone, MissingText(job, name, output), MissingHint(job));
            return null;
        }

        StreamPosition? input = null;
        if (job.Input is { } stdin)
        {
            channel.AddIncoming(stdin);
            input = stdin.Position();
        }

        var streams = job.Buffers.Select(buffer => Open(channel, buffer.Key, buffer.Value, starts[buffer.Key])).ToList();
        channel.Post(new OpenedMessage
        {
            Job = job.Id,
            Window = job.Input?.Window ?? 0,
            Position = input,
            Tty = job.Record.Tty,
            Shell = job.Conversation?.Program,
            Cwd = job.Conversation?.WorkingFolder is { Length: > 0 } folder ? folder : null,
            Streams = job.Record.CanBeTakenOver
                ? starts.ToDictionary(start => start.Key, start => start.Value.From, StringComparer.Ordinal)
                : null,
        });
        channel.Activate();
        return streams;
    }

    private (MemoryOutput Output, OutgoingStream Stream) Open(Channel channel, string name, MemoryOutput output, StreamPosition position)
    {
        var window = new SendWindow(position with { Limit = position.FirstLimit(request.Window) });
        output.Bytes.EnsureCapacity(request.Window);
        // A client that takes a job over has not received what came before, so its digest starts here.
        StreamDigest digest = job.Record.CanBeTakenOver ? new(request.Digest, position.From) : output.Digest;
        return (output, channel.AddOutgoing(name, window, digest, output.Bytes, request.Window));
    }
}
