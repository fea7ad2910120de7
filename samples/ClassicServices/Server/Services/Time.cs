using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Puts the time in front of the message: <c>[Fri Sep 30 16:26:40 2016] message</c>. A datagram is a message, and so is what has come over TCP.</summary>
internal static class Time
{
    public static Service Service { get; } = new("time", 21567, "puts the time in front of a message", HandleAsync) { OverUdp = true };

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        while (await talk.ReadCharactersAsync(Characters.Utf8, cancellationToken) is { } message)
            await talk.SendAsync(CTime.Stamp(message));
    }
}
