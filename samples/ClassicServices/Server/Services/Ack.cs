using ClassicServices.Server.Conversations;

namespace ClassicServices.Server.Services;

/// <summary>Acknowledges every message. A peer that is silent for too long loses its connection.</summary>
internal static class Ack
{
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    public static Service Service { get; } = new("ack", 6666, "acknowledges every message", HandleAsync) { IdleTimeout = IdleTimeout };

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        while (await client.ReadAsync(cancellationToken) is not null)
            await client.SendAsync("ACK"u8.ToArray());
    }
}
