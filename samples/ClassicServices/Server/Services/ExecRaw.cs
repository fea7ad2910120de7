using ClassicServices.Server.Commands;
using ClassicServices.Server.Conversations;
using ClassicServices.Wire;

namespace ClassicServices.Server.Services;

/// <summary>Runs a command line. The answer is the bare output.</summary>
/// <remarks>A command that writes nothing has no answer, and the original client waits forever.</remarks>
internal static class ExecRaw
{
    public static Service Service { get; } = new("exec-raw", 8082, "runs a command; answers with the bare output", HandleAsync)
    {
        RunsCommands = true,
    };

    private static async Task HandleAsync(Conversation client, ConnectedPeers peers, CancellationToken cancellationToken)
    {
        while (await client.ReadMessageAsync(cancellationToken) is { } message)
        {
            string command = Characters.Utf8.GetString(message).TrimEnd('\r', '\n');
            using CommandOutput output = await CommandOutput.RunAsync(command, client, cancellationToken);
            await output.SendAsync(client);
        }
    }
}
