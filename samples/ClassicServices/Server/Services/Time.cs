using ClassicServices.Server.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Returns the message with the time in front: <c>[Fri Sep 30 16:26:40 2016] message</c>.</summary>
/// <remarks>Over UDP a message is a datagram; over TCP it is what has arrived, up to the last whole character.</remarks>
internal static class Time
{
    public static Service Service { get; } = new("time", 21567, "puts the time in front of a message", HandleAsync) { OverUdp = true };

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        while (await client.ReadCharactersAsync(Characters.Utf8, cancellationToken) is { } message)
            await client.SendAsync(CTime.Stamp(message));
    }
}
