using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using Message = RemoteShell.Protocol.Messages.Jobs;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>jobs</c>.</summary>
internal static class Jobs
{
    public static async Task<IReadOnlyList<JobInfo>> ListAsync(Link link, string? filter, CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = new Message { Filter = filter };
            var stream = new IncomingStream("jobs", message.Window, message.Digest);
            using var lines = new MemoryStream();
            try
            {
                Result result = await new Conversation(link, () => message, stream).DeliverAsync([token => stream.CopyToAsync(lines, token)], cancellationToken).ConfigureAwait(false);
                if (result.Streams.GetValueOrDefault("jobs") != stream.Taken)
                    throw new UnverifiedOutputException("the list of jobs is not what the server says it sent");
                return Read(lines.ToArray());
            }
            catch (ConnectionException e) when (link.CanRetry(e))
            {
                // A list is of one moment: it is asked for anew, and not gone on with.
            }
        }
    }

    private static List<JobInfo> Read(ReadOnlySpan<byte> lines)
    {
        var jobs = new List<JobInfo>();
        foreach (Range line in lines.Split((byte)'\n'))
            if (lines[line].Length > 0)
                jobs.Add(MessageCodec.DecodeJob(lines[line]));
        return jobs;
    }
}
