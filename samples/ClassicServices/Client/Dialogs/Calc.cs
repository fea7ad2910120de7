using ClassicServices.Client.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>An answer has no delimiter. It is whole when it has its last words, and has them after the expression.</summary>
internal static class Calc
{
    public static Dialog Dialog { get; } = new("calc", 9988, RunAsync);

    private static async Task RunAsync(Target target, Prompt prompt)
    {
        using TcpConnection server = await TcpConnection.OpenAsync(target);
        while (await prompt.ReadAsync() is { } line && line.Trim().Length > 0)
        {
            await server.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            byte[] answer = await server.ReadUntilAsync(bytes => IsWhole(Characters.Utf8.GetString([.. bytes]), line.Trim()));
            prompt.PrintLine(Characters.Utf8.GetString(answer));
        }
    }

    private static bool IsWhole(string answer, string expression)
    {
        if (answer == $"<< {expression} >> is invalid math expression")
            return true;
        return answer.StartsWith($"the result of << {expression} is ", StringComparison.Ordinal)
            && answer.EndsWith(" >>.", StringComparison.Ordinal);
    }
}
