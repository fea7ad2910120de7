using System.Globalization;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>What one says, everybody hears, the speaker too: <c>2022-01-28 15:35:31.940000 127.0.0.1:51234 hello</c>. <c>quit</c> leaves.</summary>
internal static class Chat
{
    public static Service Service { get; } = new("chat", 9999, "tells everybody what one says", HandleAsync);

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        while (await talk.ReadMessageAsync(cancellationToken) is { } message && Characters.Utf8.GetString(message).Trim() != "quit")
            Tell(gathering, talk, message);
    }

    // The message keeps its own end of line, or has none, as it came.
    private static void Tell(Gathering gathering, Conversation speaker, ReadOnlySpan<byte> message)
    {
        byte[] told = [.. Characters.Utf8.GetBytes($"{Time(gathering)}{speaker.Peer} "), .. message];
        // Nobody waits for one who does not read: it is dropped, and the others hear of that.
        Conversation[] slow = [.. gathering.Present.Where(peer => !peer.Post(told))];
        foreach (Conversation peer in slow)
            peer.Drop();
        foreach (Conversation peer in slow)
        {
            byte[] notice = Characters.Utf8.GetBytes($"{Time(gathering)}{peer.Peer} was dropped: it reads too slowly\n");
            foreach (Conversation other in gathering.Present.Except(slow))
                other.Post(notice);
        }
    }

    private static string Time(Gathering gathering)
        => gathering.Options.NoTime ? "" : DateTime.Now.ToString("yyyy-MM-dd HH:mm:ss.ffffff ", CultureInfo.InvariantCulture);
}
