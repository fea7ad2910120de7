using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Runs a command line, and answers with its output as it is. A command that writes nothing is answered by nothing, and the original client waits for ever.</summary>
internal static class ExecRaw
{
    public static Service Service { get; } = new("exec-raw", 8082, "runs a command, and answers with its bare output", HandleAsync) { RunsCommands = true };

    private static async Task HandleAsync(Conversation talk, Gathering gathering, CancellationToken cancellationToken)
    {
        while (await talk.ReadMessageAsync(cancellationToken) is { } message)
        {
            using CommandOutput output = await CommandOutput.OfAsync(Characters.Utf8.GetString(message).TrimEnd('\r', '\n'), talk, cancellationToken);
            await output.SendAsync(talk);
        }
    }
}
