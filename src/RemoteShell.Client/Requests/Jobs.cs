using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;
using Message = RemoteShell.Protocol.Messages.Jobs;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>jobs</c>.</summary>
internal static class Jobs
{
    public static async Task<IReadOnlyList<JobInfo>> ListAsync(Link link, string? filter, CancellationToken cancellationToken)
        => [.. (await Listing.FetchAsync(link, new Message { Filter = filter }, "jobs", cancellationToken).ConfigureAwait(false)).Select(line => MessageCodec.DecodeJob(line.Span))];
}
