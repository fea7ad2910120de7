using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;
using Message = RemoteShell.Protocol.Messages.Wait;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>wait</c>.</summary>
internal static class Wait
{
    public static Task<CommandResult> ForAsync(Link link, string job, CancellationToken cancellationToken) => ResultAsync(link, job, () => new Message { Job = job }, cancellationToken);

    /// <summary>A conversation that ends with the job's own result.</summary>
    public static async Task<CommandResult> ResultAsync(Link link, string job, Func<Open> request, CancellationToken cancellationToken)
    {
        string id = job;
        var conversation = new Conversation(link, request)
        {
            Accepted = (_, opened) =>
            {
                id = opened.Job ?? id;
                return Task.CompletedTask;
            },
        };
        try
        {
            return CommandResult.From(id, (Result)await conversation.RunAsync(cancellationToken).ConfigureAwait(false)) with { JobId = id };
        }
        catch (ChannelException e)
        {
            throw new UnverifiedOutputException($"nobody knows how the job {id} stands: {e.Message}", e) { Cure = e.Cure };
        }
        catch (ConnectException e)
        {
            throw new ConnectionLostException(id, link.Host, e, "wait");
        }
    }
}
