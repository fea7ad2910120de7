using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>wait</c>.</summary>
internal static class WaitCall
{
    public static Task<CommandResult> ForAsync(ReconnectingConnection link, string job, CancellationToken cancellationToken) => ResultAsync(link, job, () => new WaitRequest { Job = job }, cancellationToken);

    /// <summary>A conversation that ends with the job's own result.</summary>
    public static async Task<CommandResult> ResultAsync(ReconnectingConnection link, string job, Func<OpenRequest> request, CancellationToken cancellationToken)
    {
        string id = job;
        var conversation = new ResumableRequest(link, request)
        {
            Accepted = (_, opened) =>
            {
                id = opened.Job ?? id;
                return Task.CompletedTask;
            },
        };
        try
        {
            return CommandResult.From(id, (ResultMessage)await conversation.RunAsync(cancellationToken).ConfigureAwait(false)) with { JobId = id };
        }
        catch (ChannelException e)
        {
            throw new UnverifiedOutputException($"nobody knows how the job {id} stands: {e.Message}", e) { Hint = e.Hint };
        }
        catch (ConnectException e)
        {
            throw new ConnectionLostException(id, link.Host, e, "wait");
        }
    }
}
