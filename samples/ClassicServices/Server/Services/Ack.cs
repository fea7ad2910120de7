
namespace ClassicServices.Server.Services;

/// <summary>Acknowledges whatever comes. Whoever is silent for too long is told so by the end of the connection.</summary>
internal static class Ack
{
    public static Service Service { get; } = new("ack", 6666, "acknowledges every message", HandleAsync) { IdleTimeout = TimeSpan.FromSeconds(30) };

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        while (await talk.ReadAsync(cancellationToken) is not null)
            await talk.SendAsync("ACK"u8.ToArray());
    }
}
