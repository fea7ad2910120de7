using ClassicServices.Client.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Each line has its own connection, whose end is the end of the answer.</summary>
internal static class TimeLine
{
    public static Dialog Dialog { get; } = new("time-line", 21568, RunAsync);

    private static async Task RunAsync(Target target, Prompt prompt)
    {
        while (await prompt.ReadAsync() is { } line)
        {
            using TcpConnection server = await TcpConnection.OpenAsync(target);
            await server.SendAsync(Characters.Utf8.GetBytes($"{line}\r\n"));
            List<byte> answer = [];
            while (await server.ReadSomeAsync() is { Length: > 0 } some)
                answer.AddRange(some);
            prompt.PrintLine(Characters.Utf8.GetString([.. answer]).TrimEnd('\r', '\n'));
        }
    }
}
