namespace ClassicServices.Server.Services;

/// <summary>Answers every datagram with <c>check</c>, an empty one too.</summary>
internal static class Check
{
    public static Service Service { get; } = new("check", 6666, "answers every datagram", HandleAsync) { OverTcp = false, OverUdp = true };

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        while (await talk.ReadAsync(cancellationToken) is not null)
            await talk.SendAsync("check"u8.ToArray());
    }
}
