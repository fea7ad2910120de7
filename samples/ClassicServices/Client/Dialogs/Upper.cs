using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Line by line: the newline comes back, and tells where the answer ends.</summary>
internal static class Upper
{
    public static Dialog Dialog { get; } = new("upper", 8081, TalkAsync);

    private static async Task TalkAsync(Place place, Prompt prompt)
    {
        using TcpTalk talk = await TcpTalk.ConnectAsync(place);
        while (await prompt.ReadAsync() is { } line)
        {
            await talk.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            prompt.Print(await talk.ReadUntilAsync(answer => answer is [.., (byte)'\n']));
        }
    }
}
