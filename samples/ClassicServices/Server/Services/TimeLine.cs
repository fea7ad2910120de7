using ClassicServices.Server.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Returns one line, with its newline, with the time in front, and closes the connection: one request per connection.</summary>
internal static class TimeLine
{
    public static Service Service { get; } = new("time-line", 21568, "puts the time in front of a line, once", HandleAsync);

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        if (await client.ReadLineAsync(cancellationToken) is { } line)
            await client.SendAsync(CTime.Stamp(line));
    }
}
