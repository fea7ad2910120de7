using ClassicServices.Client.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Client.Dialogs;

/// <summary>The output has no delimiter. The client takes it for whole when nothing arrives for 300 ms, which may be wrong.</summary>
internal static class ExecRaw
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    public static Dialog Dialog { get; } = new("exec-raw", 8082, RunAsync);

    private static async Task RunAsync(Target target, Prompt prompt)
    {
        using TcpConnection server = await TcpConnection.OpenAsync(target);
        while (await prompt.ReadAsync() is { } line)
        {
            await server.SendAsync(Characters.Utf8.GetBytes($"{line}\n"));
            byte[]? bytes = await server.ReadSomeAsync(target.AnswerTimeout);
            if (bytes is { Length: 0 })
                throw new EndOfStreamException("the server closed the connection");
            if (bytes is null)
                Prompt.PrintMessage("no answer: the command wrote nothing, or it still runs; the protocol does not tell");
            while (bytes is { Length: > 0 })
            {
                prompt.Print(bytes);
                bytes = await server.ReadSomeAsync(Pause);
            }

            prompt.EndLine();
        }
    }
}
