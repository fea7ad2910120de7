using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Every message is acknowledged; a server that has lost patience has closed the connection.</summary>
internal static class Ack
{
    public static Dialog Dialog { get; } = new("ack", 6666, TalkAsync);

    private static async Task TalkAsync(Place place, Prompt prompt)
    {
        using TcpTalk talk = await TcpTalk.ConnectAsync(place);
        while (await prompt.ReadAsync() is { } line)
        {
            await talk.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            prompt.Answer(Characters.Utf8.GetString(await talk.ReadAsync("ACK".Length)));
        }
    }
}
