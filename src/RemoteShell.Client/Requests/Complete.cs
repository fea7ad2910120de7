using System.Text;
using RemoteShell.Protocol.Channels;
using Message = RemoteShell.Protocol.Messages.Complete;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>complete</c>.</summary>
internal static class Complete
{
    public static async Task<IReadOnlyList<string>> AskAsync(Link link, Message message, CancellationToken cancellationToken)
    {
        var stream = new IncomingStream("completions", message.Window, message.Digest);
        using var lines = new MemoryStream();
        await new Conversation(link, () => message, stream).DeliverAsync([token => stream.CopyToAsync(lines, token)], cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(lines.GetBuffer(), 0, (int)lines.Length).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
