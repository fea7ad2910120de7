using ClassicServices.Server.Conversations;

namespace ClassicServices.Server.Services;

/// <summary>Answers every datagram with <c>check</c>, even an empty one.</summary>
internal static class Check
{
    public static Service Service { get; } = new("check", 6666, "answers every datagram", HandleAsync) { OverTcp = false, OverUdp = true };

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        while (await client.ReadAsync(cancellationToken) is not null)
            await client.SendAsync("check"u8.ToArray());
    }
}
