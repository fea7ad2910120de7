using ClassicServices.Client.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>Works line by line: the newline comes back, and is the end of the answer.</summary>
internal static class Upper
{
    public static Dialog Dialog { get; } = new("upper", 8081, RunAsync);

    private static async Task RunAsync(Target target, Prompt prompt)
    {
        using TcpConnection server = await TcpConnection.OpenAsync(target);
        while (await prompt.ReadAsync() is { } line)
        {
            await server.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            prompt.Print(await server.ReadUntilAsync(answer => answer is [.., (byte)'\n']));
        }
    }
}
