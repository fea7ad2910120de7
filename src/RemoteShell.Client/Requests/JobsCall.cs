using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>jobs</c>.</summary>
internal static class JobsCall
{
    public static Task<IReadOnlyList<JobInfo>> ListAsync(
        ReconnectingConnection link, JobFilter filter, CancellationToken cancellationToken)
    {
        var request = new JobsRequest { Filter = WordOf(filter) };
        return ListCall.FetchAsync(
            link, request, "jobs", line => JobInfo.From(MessageCodec.DecodeJob(line.Span)), cancellationToken);
    }

    private static string? WordOf(JobFilter filter) => filter switch
    {
        JobFilter.All => "all",
        JobFilter.Running => "running",
        _ => null,
    };
}
