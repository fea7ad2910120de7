using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>An answer has no end of its own; that it is whole shows in its last words.</summary>
internal static class Calc
{
    public static Dialog Dialog { get; } = new("calc", 9988, TalkAsync);

    private static async Task TalkAsync(Place place, Prompt prompt)
    {
        using TcpTalk talk = await TcpTalk.ConnectAsync(place);
        while (await prompt.ReadAsync() is { } line && line.Trim().Length > 0)
        {
            await talk.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            prompt.Answer(Characters.Utf8.GetString(await talk.ReadUntilAsync(IsWhole)));
        }
    }

    private static bool IsWhole(List<byte> answer)
        => answer is [.., (byte)'>', (byte)'>', (byte)'.'] || (answer.Count > 0 && answer[^1] == 'n' && Characters.Utf8.GetString([.. answer]).EndsWith(">> is invalid math expression", StringComparison.Ordinal));
}
