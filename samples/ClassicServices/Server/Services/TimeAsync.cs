using ClassicServices.Server.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Like <see cref="Time"/>, with a space after the message. No connection waits for another.</summary>
internal static class TimeAsync
{
    public static Service Service { get; } = new("time-async", 21569, "puts the time before a message, and a space after it", HandleAsync);

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        while (await client.ReadCharactersAsync(Characters.Utf8, cancellationToken) is { } message)
            await client.SendAsync((byte[])[.. CTime.Stamp(message), (byte)' ']);
    }
}
