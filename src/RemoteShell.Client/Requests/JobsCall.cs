using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>jobs</c>.</summary>
internal static class JobsCall
{
    public static async Task<IReadOnlyList<JobEntry>> ListAsync(ReconnectingConnection link, string? filter, CancellationToken cancellationToken)
        => [.. (await ListCall.FetchAsync(link, new JobsRequest { Filter = filter }, "jobs", cancellationToken).ConfigureAwait(false)).Select(line => MessageCodec.DecodeJob(line.Span))];
}
