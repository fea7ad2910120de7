using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>What others say comes at any time, so that one task listens while another one reads the keys.</summary>
internal static class Chat
{
    public static Dialog Dialog { get; } = new("chat", 9999, TalkAsync);

    private static async Task TalkAsync(Place place, Prompt prompt)
    {
        using TcpTalk talk = await TcpTalk.ConnectAsync(place);
        Task listening = ListenAsync(talk, prompt);
        Task speaking = SpeakAsync(talk, prompt);
        // The server may close first; at the end of what is typed, what was said still comes back.
        if (await Task.WhenAny(listening, speaking) == listening && !speaking.IsCompleted)
        {
            await listening;
            throw new EndOfStreamException("the server closed the connection");
        }

        await speaking;
        await listening;
    }

    private static async Task SpeakAsync(TcpTalk talk, Prompt prompt)
    {
        while (await prompt.ReadAsync() is { } line)
            await talk.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
        talk.EndSending();
    }

    private static async Task ListenAsync(TcpTalk talk, Prompt prompt)
    {
        while (await talk.ReadSomeAsync() is { Length: > 0 } told)
            prompt.Print(told);
        prompt.EndLine();
    }
}
