using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>A job's own client on its channel: whose pace the job keeps, who gives it input, and who is told its result.</summary>
/// <param name="request">What was asked.</param>
/// <param name="job">A job that lives with the server.</param>
/// <param name="positions">Where the streams go on; one that is not named begins at <paramref name="begin"/>.</param>
/// <param name="begin">Where a stream begins otherwise.</param>
internal sealed class JobStreamer(OpenRequest request, Job job, IReadOnlyDictionary<string, StreamPosition>? positions, Func<JobOutput, long> begin)
{
    /// <summary>Carries the job's streams, signals and result.</summary>
    public async Task RunAsync(Channel channel, AttachedClient client)
    {
        if (!await job.Clients.AttachAsync(client))
        {
            TerminalTakeover.Refuse(channel);
            return;
        }

        try
        {
            if (Open(channel) is not { } streams)
            {
                client.IsDone = true;
                job.Clients.StartSpilling();
                return;
            }

            _ = ClientMessageLoop.PassAsync(channel, job, job.Resize);
            // All of them are waited for, also when one has failed: their memory is the logs'.
            await Task.WhenAll(streams.Select(stream => SendAsync(channel, stream.Log, stream.Stream)));
            await job.Completion;
            client.IsDone = true;
            channel.Finish(JobReply.Of(job, streams.ToDictionary(stream => stream.Stream.Name, stream => stream.Stream.Sent, StringComparer.Ordinal)));
        }
        catch (IOException)
        {
            // Writing failed before it was known why: the connection's end, which tells, is on its way.
            await channel.EndedAsync();
        }
        finally
        {
            job.Clients.Detach(client);
        }
    }

    // One stream that cannot go on ends the channel at once, and with it the others.
    private static async Task SendAsync(Channel channel, MemoryOutput log, OutgoingStream stream)
    {
        try
        {
            await ReplaySender.SendAsync(log.Bytes, stream, channel.Ended);
        }
        catch (ChannelException e) when (e.Code == ErrorCode.Gone)
        {
            channel.Fail(new(e.Code, e.Message));
            throw;
        }
    }

    private List<(MemoryOutput Log, OutgoingStream Stream)>? Open(Channel channel)
    {
        var places = job.Streams.ToDictionary(stream => stream.Key, stream => positions?.GetValueOrDefault(stream.Key) ?? new(begin(stream.Value)), StringComparer.Ordinal);
        foreach ((string name, JobOutput log) in job.Streams)
        {
            if (((MemoryOutput)log).Bytes.ResumeAt(places[name].From))
                continue;
            channel.Refuse(ErrorCode.Gone, $"{JobReply.Sentence(job)}; of its {name} the first {log.Start} bytes are no longer here", $"read what is left with: rsh-client logs HOST {job.Id}");
            return null;
        }

        StreamPosition? input = null;
        if (job.Input is { } stdin)
        {
            channel.AddIncoming(stdin);
            input = stdin.Position();
        }

        var streams = job.Streams.Select(stream => Open(channel, stream.Key, (MemoryOutput)stream.Value, places[stream.Key])).ToList();
        channel.Post(new OpenedMessage
        {
            Job = job.Id,
            Window = job.Input?.Window ?? 0,
            Position = input,
            Tty = job.Record.Tty,
            Streams = job.Record.Tty ? places.ToDictionary(place => place.Key, place => place.Value.From, StringComparer.Ordinal) : null,
        });
        channel.Activate();
        return streams;
    }

    private (MemoryOutput Log, OutgoingStream Stream) Open(Channel channel, string name, MemoryOutput log, StreamPosition position)
    {
        var window = new SendWindow(position with { Limit = position.Limit ?? position.From + request.Window });
        // Whoever takes a terminal over does not know what came before.
        StreamDigest digest = job.Record.Tty ? new(request.Digest, position.From) : log.Digest;
        return (log, channel.AddOutgoing(name, window, digest, log.Bytes, request.Window));
    }
}
