using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Nothing tells where the output ends: it is taken for whole when nothing has come for a moment, which may be wrong.</summary>
internal static class ExecRaw
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    public static Dialog Dialog { get; } = new("exec-raw", 8082, TalkAsync);

    private static async Task TalkAsync(Place place, Prompt prompt)
    {
        using TcpTalk talk = await TcpTalk.ConnectAsync(place);
        while (await prompt.ReadAsync() is { } line)
        {
            await talk.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            byte[]? piece = await talk.ReadSomeAsync(place.Patience);
            if (piece is { Length: 0 })
                throw new EndOfStreamException("the server closed the connection");
            if (piece is null)
                Prompt.Say("nothing came: the command wrote nothing, or it still runs; nobody can tell");
            for (; piece is { Length: > 0 }; piece = await talk.ReadSomeAsync(Moment))
                prompt.Print(piece);
            prompt.EndLine();
        }
    }
}
