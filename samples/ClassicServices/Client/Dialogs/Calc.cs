using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>An answer has no end of its own; that it is whole shows in its last words, once those are behind the expression.</summary>
internal static class Calc
{
    public static Dialog Dialog { get; } = new("calc", 9988, TalkAsync);

    private static async Task TalkAsync(Place place, Prompt prompt)
    {
        using TcpTalk talk = await TcpTalk.ConnectAsync(place);
        while (await prompt.ReadAsync() is { } line && line.Trim().Length > 0)
        {
            await talk.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            prompt.Answer(Characters.Utf8.GetString(await talk.ReadUntilAsync(answer => IsWhole(Characters.Utf8.GetString([.. answer]), line.Trim()))));
        }
    }

    private static bool IsWhole(string answer, string expression)
        => answer == $"<< {expression} >> is invalid math expression" || (answer.StartsWith($"the result of << {expression} is ", StringComparison.Ordinal) && answer.EndsWith(" >>.", StringComparison.Ordinal));
}
