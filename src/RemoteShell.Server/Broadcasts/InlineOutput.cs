using RemoteShell.Protocol.Broadcasts;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Broadcasts;

/// <summary>The part of a job's output that its result has.</summary>
/// <param name="job">A job that has ended.</param>
/// <param name="totals">The total and digest of each stream; null for one that was not read to its end.</param>
internal sealed class InlineOutput(Job job, IReadOnlyDictionary<string, StreamTotal?> totals)
{
    /// <summary>Reads at most so many bytes: all of a stream, or its head and its tail.</summary>
    /// <returns>By the stream's name; null if the output is not kept any more.</returns>
    public async Task<IReadOnlyDictionary<string, BroadcastOutput>?> ReadAsync(int inline)
    {
        Dictionary<string, BroadcastOutput> streams = new(StringComparer.Ordinal);
        int left = inline, streamsLeft = job.Streams.Count;
        // The smallest first: what it does not need is for the others.
        foreach ((string name, JobOutput output) in job.Streams.OrderBy(stream => stream.Value.Length))
        {
            int share = (int)Math.Min(output.Length, left / streamsLeft);
            if (await ReadAsync(output, share, totals[name]) is not { } part)
                return null;
            streams[name] = part;
            left -= share;
            streamsLeft--;
        }

        return streams;
    }

    // The first bytes of an output may be gone by the job's on-full policy. Then there is only a tail.
    private static async Task<BroadcastOutput?> ReadAsync(JobOutput output, int share, StreamTotal? total)
    {
        long length = output.Length, start = output.Start;
        var part = new BroadcastOutput { Total = length, Digest = total?.Digest };
        int head = share == length ? share : (share + 1) / 2;
        if (start > 0)
            head = 0;
        int tail = (int)Math.Min(share - head, length - start);
        if (head > 0)
            part = part with { Head = await CopyAsync(output, 0, head) };
        if (tail > 0)
            part = part with { Tail = await CopyAsync(output, length - tail, tail) };
        bool isWhole = (head == 0 || part.Head is not null) && (tail == 0 || part.Tail is not null);
        return isWhole ? part : null;
    }

    private static async Task<ReadOnlyMemory<byte>?> CopyAsync(JobOutput output, long from, int length)
    {
        var bytes = new byte[length];
        for (int filled = 0, count; filled < length; filled += count)
        {
            count = await output.CopyAsync(from + filled, bytes.AsMemory(filled));
            if (count <= 0)
                return null;
        }

        return bytes;
    }
}
