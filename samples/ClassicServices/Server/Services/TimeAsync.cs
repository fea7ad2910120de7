using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>As <see cref="Time"/>, with a space behind the message. No connection ever waits for another.</summary>
internal static class TimeAsync
{
    public static Service Service { get; } = new("time-async", 21569, "puts the time in front of a message, and a space behind it", HandleAsync);

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        while (await talk.ReadCharactersAsync(Characters.Utf8, cancellationToken) is { } message)
            await talk.SendAsync((byte[])[.. CTime.Stamp(message), (byte)' ']);
    }
}
